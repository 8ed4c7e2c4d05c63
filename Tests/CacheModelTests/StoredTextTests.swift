import CacheModel
import Foundation
import Testing

/// Values are stored as the text that people write.
struct StoredTextTests {
    private func stored<Value: CodableAsText & Equatable>(_ type: Value.Type, _ text: String) throws {
        let value = try #require(Value(text))
        let json = try JSONEncoder().encode([value])
        #expect(try JSONDecoder().decode([String].self, from: json) == [text])
        #expect(try JSONDecoder().decode([Value].self, from: json) == [value])
        for bad in [#"["nonsense"]"#, #"[""]"#, "[1]", "[null]", "[{}]"] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode([Value].self, from: Data(bad.utf8)) }
        }
    }

    @Test func roundTrips() throws {
        try stored(SlotRange.self, "0-8191")
        try stored(SlotRange.self, "42")
        try stored(MaintenanceWindow.self, "sun:23:00-mon:02:00")
        try stored(SnapshotWindow.self, "23:30-00:30")
        try stored(EngineVersion.self, "7.0.7")
        try stored(IPv4Address.self, "127.64.0.1")
        try stored(IPv4Network.self, "127.64.0.0/12")
        try stored(Region.self, "eu-west-1")
        try stored(ARN.self, "arn:aws-cn:elasticache:cn-north-1:000000000000:cluster:a-001")
    }
}
