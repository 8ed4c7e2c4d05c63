import ControlPlane
import Foundation
import Logging
import Testing

@testable import Server

@Suite struct AuditLogTests {
    private static func entry(member: String) -> AuditEntry {
        AuditEntry(FaultRequest(action: .kill, member: member), by: nil, from: nil, outcome: AuditEntry.success)
    }

    /// A full disk may have cut a line short, also before the service was started.
    @Test func whatIsHalfALineIsNotJoined() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("audit-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(#"{"action":"CreateRepl"#.utf8).write(to: URL(fileURLWithPath: path))
        let log = AuditLog(path: path, logger: Logger(label: "test"))
        for member in ["a", "b"] { await log.append(Self.entry(member: member)) }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 4 && lines[0] == #"{"action":"CreateRepl"# && lines[3].isEmpty)
        for line in lines[1...2] { #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) } }
    }

    @Test func aFaultIsNoLongerThanALineShouldBe() throws {
        let entry = Self.entry(member: String(repeating: "x", count: 900_000))
        #expect(entry.parameters["member"] == String(repeating: "x", count: 1024) + "...")
        #expect(try entry.line().count < 2048)
    }
}
