import Foundation
import Testing

@testable import Engine

@Suite struct ProbeDirectoryTests {
    private func withParent(_ body: (String) throws -> Void) throws {
        let parent = FileManager.default.temporaryDirectory.appendingPathComponent("elastane-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: parent) }
        try body(parent)
    }

    private func names(_ parent: String) throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: parent).sorted() }

    @Test func itIsClosedToOthersAndGoesAsAWhole() throws {
        try withParent { parent in
            let directory = try ProbeDirectory.make(in: parent)
            try Data("x".utf8).write(to: URL(fileURLWithPath: directory.path + "/socket"))
            let mode = try FileManager.default.attributesOfItem(atPath: directory.path)[.posixPermissions] as? Int
            #expect(mode == 0o700)
            directory.remove()
            #expect(try names(parent) == [])
        }
    }

    @Test func onlyWhatNobodyUsesIsRemoved() throws {
        try withParent { parent in
            let used = try ProbeDirectory.make(in: parent)
            defer { used.remove() }
            // Of one that was killed; of one that was killed before it had its lock; somebody else's file.
            for name in ["elastane-probe.killed", "elastane-probe.begun"] {
                try FileManager.default.createDirectory(atPath: "\(parent)/\(name)", withIntermediateDirectories: true)
            }
            for file in ["elastane-probe.killed/lock", "elastane-probe.killed/x", "elastane-probe.file"] {
                try Data().write(to: URL(fileURLWithPath: "\(parent)/\(file)"))
            }
            let all = try names(parent)
            ProbeDirectory.removeLeftovers(in: parent)
            #expect(try names(parent) == all, "they are young")
            ProbeDirectory.removeLeftovers(in: parent, now: time(nil) + 120)
            #expect(try names(parent) == ["elastane-probe.file", (used.path as NSString).lastPathComponent].sorted())
        }
    }
}
