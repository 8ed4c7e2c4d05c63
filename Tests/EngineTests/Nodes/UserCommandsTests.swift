import Testing

@testable import Engine

@Suite struct UserCommandsTests {
    private static let hash = "86f65e28a754e1a71b2df9403615a6c436c32c42a75a10d02813961b86f1e428"

    private static func access(_ users: AccessControl.User...) -> AccessControl {
        var access = EngineFixture.access
        access.users = users
        return access
    }

    private static func user(_ name: String, _ rules: String...) -> AccessControl.User {
        AccessControl.User(name: name, rules: rules, login: .open)
    }

    /// Whatever the rules of a user say, and whatever an engine is: what is withheld stays so.
    @Test(arguments: InstalledEngines.paths) func whatIsWithheldFromEverybody(_ path: String) async throws {
        let build = try await InstalledEngines.build(path)
        let everything = Self.user("greedy", "on", "~*", "&*", "+@all", "+config", "+acl", "+cluster")
        let selecting = Self.user("selecting", "on", "-@all", "(~* &* +@all)")
        try await EngineFixture.with(build) { fixture in
            var node = fixture.configuration(1)
            node.cluster = .init(busPort: fixture.port + 10000, nodeTimeout: .seconds(15))
            try fixture.start(node)
            let users = build.deniesSubcommands ? [everything, selecting] : [everything]
            var access = EngineFixture.access
            access.users = users
            let refused = try await fixture.connect(1).setUsers(access, closing: [], for: build)
            #expect(refused.isEmpty)
            for user in users {
                let connection = try await fixture.connect(1, as: EngineCredentials(username: user.name, password: "any"))
                for command in ReplicationTests.withheld {
                    let reply = "\(await connection.send(batch: [command])[0])"
                    #expect(["NOPERM", "permissions", "not allowed"].contains(where: reply.contains), "\(user.name) \(command): \(reply)")
                }
                #expect(try await connection.send(["ACL", "WHOAMI"]).text == user.name)
            }
        }
    }

    @Test(arguments: InstalledEngines.paths) func connectionsOfTheDeprivedAreClosed(_ path: String) async throws {
        let build = try await InstalledEngines.build(path)
        try await EngineFixture.with(build) { fixture in
            try fixture.start(fixture.configuration(1))
            let ours = try await fixture.connect(1)
            let (a, b, c) = (Self.user("a", "on", "~*", "+@all"), Self.user("b", "on", "~*", "+@all"), Self.user("c", "on", "~*", "+@all"))
            #expect(try await ours.setUsers(Self.access(a, b, c), closing: [], for: build).isEmpty)
            let users = ["a", "b", "c"].map { EngineCredentials(username: $0, password: "any") }
            var connections: [EngineConnection] = []
            for user in users { connections.append(try await fixture.connect(1, as: user)) }
            let less = Self.user("b", "on", "~b", "-@all", "+ping")
            #expect(try await ours.setUsers(Self.access(a, less), closing: ["b", "c"], for: build).isEmpty)
            try await eventually { !connections[1].isOpen && !connections[2].isOpen }
            try await connections[0].ping()
            try await ours.ping()
            #expect(try await ours.send(["ACL", "USERS"]).elements?.compactMap(\.text).contains("c") == false)
            // Once more: it may be repeated.
            #expect(try await ours.setUsers(Self.access(a, less), closing: ["b", "c"], for: build).isEmpty)
            try await connections[0].ping()
        }
    }

    /// One user whose rules an engine refuses keeps no other from theirs, and comes in nowhere.
    @Test(arguments: InstalledEngines.paths) func refusedRules(_ path: String) async throws {
        let build = try await InstalledEngines.build(path)
        try await EngineFixture.with(build) { fixture in
            try fixture.start(fixture.configuration(1))
            let ours = try await fixture.connect(1)
            let refused = try await ours.setUsers(
                Self.access(Self.user("a", "on", "+nosuch"), Self.user("b", "on", "+@all")), closing: [], for: build)
            #expect(refused.keys.sorted() == ["a"] && refused["a"]?.contains("Unknown command or category name in ACL") == true)
            await #expect(throws: EngineError.self) {
                try await EngineConnection.connect(host: fixture.address(1), port: fixture.port, username: "a", password: "any")
            }
            try await fixture.connect(1, as: EngineCredentials(username: "b", password: "any")).ping()
        }
    }

    @Test(arguments: InstalledEngines.paths) func whatABuildSaysOfRules(_ path: String) async throws {
        let build = try await InstalledEngines.build(path)
        let rules = [["on", "~*", "+@all"], ["on", "+nosuch"], ["on", "&a", "+@read"], ["bogus"]]
        let words = try #require(await AccessTrial.refusals(of: rules, by: build))
        #expect(words.map { $0 == nil } == [true, false, true, false], "\(words)")
        #expect(words[1] == "Error in ACL SETUSER modifier '+nosuch': Unknown command or category name in ACL")
    }
}
