import CacheModel
import Foundation
import Testing

@testable import ControlPlane

@Suite struct OfferingsFileTests {
    private static let entry = #"{"id": "a", "nodeType": "cache.r6g.large", "years": 3, "product": "redis", "payment": "No Upfront""#

    @Test func isRead() throws {
        let second = Self.entry.replacingOccurrences(of: #""a""#, with: #""b""#)
        let text = #"{"offerings": [\#(Self.entry), "hourlyCharge": 0.12}, \#(second), "fixedPrice": 100, "usagePrice": 0.5}]}"#
        let offerings = try OfferingsFile.parse(Data(text.utf8))
        #expect(
            offerings == [
                NodeOffering(
                    id: "a", nodeType: "cache.r6g.large", term: .threeYears, product: "redis", payment: .noUpfront,
                    recurringCharges: [.init(amount: 0.12, frequency: "Hourly")]),
                NodeOffering(
                    id: "b", nodeType: "cache.r6g.large", term: .threeYears, product: "redis", payment: .noUpfront, fixedPrice: 100,
                    usagePrice: 0.5),
            ])
        #expect(offerings[0].term.seconds == 94_608_000)
    }

    @Test(arguments: [
        ("nonsense", "it is not JSON"),
        ("[]", "a list named offerings"),
        (#"{"offerings": [1]}"#, "offerings[0] is not an object"),
        (#"{"offerings": [\#(entry)}, \#(entry)}]}"#, "offerings[1].id repeats a"),
        (#"{"offerings": [\#(entry), "colour": "red"}]}"#, "offerings[0].colour is not known"),
        (#"{"offerings": [\#(entry), "fixedPrice": -1}]}"#, "offerings[0].fixedPrice must not be negative"),
        (#"{"offerings": [\#(entry), "usagePrice": "1"}]}"#, "offerings[0].usagePrice must be a number"),
        (#"{"offerings": [\#(entry.replacingOccurrences(of: "3,", with: "2,"))}]}"#, "offerings[0].years must be 1 or 3"),
        (#"{"offerings": [\#(entry.replacingOccurrences(of: "3,", with: "1.5,"))}]}"#, "offerings[0].years must be 1 or 3"),
        (#"{"offerings": [\#(entry.replacingOccurrences(of: "redis", with: "etcd"))}]}"#, "offerings[0].product etcd"),
        (#"{"offerings": [\#(entry.replacingOccurrences(of: "r6g", with: "zz"))}]}"#, "offerings[0].nodeType cache.zz.large"),
        (#"{"offerings": [\#(entry.replacingOccurrences(of: "No Upfront", with: "Later"))}]}"#, "offerings[0].payment Later"),
        (#"{"offerings": [{"nodeType": "cache.r6g.large", "years": 1, "product": "redis", "payment": "No Upfront"}]}"#, "offerings[0].id"),
    ])
    func mistakesAreNamed(text: String, expected: String) throws {
        let failure = try #require(throws: OfferingsFile.Failure.self) { try OfferingsFile.parse(Data(text.utf8)) }
        #expect(failure.description.contains(expected), "\(failure)")
    }
}
