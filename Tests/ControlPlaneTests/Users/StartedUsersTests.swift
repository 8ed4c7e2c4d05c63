import CacheModel
import Engine
import Foundation
import Planning
import Testing

@testable import ControlPlane

@Suite struct StartedUsersTests {
    /// A member of an encrypted group with the users `ann`, who signs, and `bob`.
    private static func fixture() async throws -> Fixture {
        let fixture = try await Fixture()
        try await fixture.makeUser("ann", access: "on ~a +@all", "AuthenticationMode.Type=iam")
        try await fixture.makeUser("bob", access: "on ~b +get")
        try await fixture.makeUserGroup("g", "default", "ann", "bob")
        try await fixture.available("r", "TransitEncryptionEnabled=true&UserGroupIds.member.1=g")
        return fixture
    }

    /// The beginning of each line of the file of users, by user.
    private static func started(_ fixture: Fixture, refused: Set<AccessTrials.Question> = []) async throws -> [String: String] {
        let builds = await fixture.tools.engines.catalog()
        let files = NodeFiles(catalog: builds, durability: .snapshot, refusedRules: refused)
        try await fixture.world.withFreeAddresses { picker in
            try await fixture.world.transact { draft in
                let known = draft.group(fixture.key("r"))
                var recorder = StepRecorder(group: try #require(known), tools: fixture.tools, files: files, picker: picker)
                try recorder.record(.start(member: "r-001", follows: nil, data: StartData()), in: &draft)
                try recorder.finish(in: &draft)
            }
        }
        let process = try #require(fixture.group("r")?.members[0].process)
        let record = try #require(try await fixture.records()[ProcessSpec.key(process)])
        let spec = try JSONDecoder().decode(ProcessSpec.self, from: record)
        let text = try #require(spec.files.first { $0.name == "users.acl" }).contents
        return text.split(separator: "\n").reduce(into: [:]) { lines, line in
            let words = line.split(separator: " ")
            lines[String(words[1])] = words.dropFirst(2).joined(separator: " ")
        }
    }

    private static let bob = "on resetpass #\(Secret.sha256(Fixture.password)) ~b -@all +get"

    @Test func theFileHasTheUsersAndNoTokens() async throws {
        let fixture = try await Self.fixture()
        let lines = try await Self.started(fixture)
        #expect(lines["default"] == "on nopass ~* +@all" && lines["bob"] == Self.bob)
        #expect(lines["ann"] == "on resetpass ~a +@all")
        #expect(lines.keys.contains(NodeFiles.administrator) && lines.count == 5)
        #expect(fixture.group("r")?.members[0].access == fixture.access(of: "r")?.fingerprint)
    }

    /// An engine would not start with rules that it refuses.
    @Test func whoseRulesAreRefusedIsLetInNowhere() async throws {
        let fixture = try await Self.fixture()
        let access = try #require(fixture.access(of: "r")?["ann"]?.access)
        let build = try #require(await fixture.tools.engines.catalog().builds.first)
        let lines = try await Self.started(fixture, refused: [AccessTrials.Question(access: access, build: build)])
        #expect(lines["ann"] == "off resetpass -@all" && lines["bob"] == Self.bob)
    }

    @Test func aNodeKeepsTheUsersWhoseRecordsCanNotBeRead() async throws {
        let fixture = try await Self.fixture()
        _ = try await Self.started(fixture)
        try await fixture.world.transact { draft in
            if let user = draft.resource(User.self, "bob", in: Fixture.home) { draft.remove(user) }
        }
        #expect(fixture.access(of: "r") == nil)
        #expect(try await Self.started(fixture)["bob"] == Self.bob)
    }
}
