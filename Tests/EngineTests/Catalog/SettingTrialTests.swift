import Foundation
import Testing

@testable import Engine

@Suite struct SettingTrialTests {
    @Test(arguments: InstalledEngines.paths) func oneByOne(path: String) async throws {
        let settings: [(name: String, value: String)] = [
            ("timeout", "20"), ("timeout", "99999999999"), ("client-output-buffer-limit", "pubsub 3 2 1"), ("notify-keyspace-events", "KQ"),
            ("no-such-parameter", "1"), ("notify-keyspace-events", ""),
        ]
        let answers = try #require(await SettingTrial.refusals(of: settings, by: path))
        #expect(answers.map { $0 == nil } == [true, false, true, false, false, true], "\(answers)")
        #expect(answers[1]?.contains("timeout") == true)
    }

    @Test(arguments: ["/nowhere/redis-server", "/bin/true", "/bin/cat"]) func whatIsNoEngine(path: String) async {
        #expect(await SettingTrial.refusals(of: [("timeout", "20")], by: path) == nil)
    }
}
