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

@Suite struct TokenCommandsTests {
    private static let user = AccessControl.User(name: "ann", rules: ["on", "~*", "+@all"], login: .passwords(sha256: []))
    /// Of "first", "second" and "third".
    private static let hashes = [
        "a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e",
        "16367aacb67a4a017c8da8ab95682ccb390863780f7114dda0a0e0c55644c7c4",
        "b1e99324505bd32da0e1f85dcf5e19a09db0481e8a15f62c41eb320304a8e927",
    ]

    private static func isLetIn(_ fixture: EngineFixture, _ password: String) async throws -> Bool {
        do throws(EngineError) {
            let connection = try await EngineConnection.connect(
                host: fixture.address(1), port: fixture.port, username: user.name, password: password)
            await connection.close()
            return true
        } catch {
            guard case .reply(code: "WRONGPASS", message: _) = error else { throw error }
            return false
        }
    }

    @Test(arguments: InstalledEngines.paths) func passwordsComeAndGo(_ path: String) async throws {
        let build = try await InstalledEngines.build(path)
        try await EngineFixture.with(build) { fixture in
            try fixture.start(fixture.configuration(1))
            let ours = try await fixture.connect(1)
            var access = EngineFixture.access
            access.users = [Self.user]
            #expect(try await ours.setUsers(access, closing: [], for: build).isEmpty)
            // More than one command takes.
            let many = (0..<500).map { number in String(repeating: "0", count: 61) + String(1000 + number).suffix(3) }
            try await ours.setPasswords(of: "ann", to: many + [Self.hashes[0]])
            #expect(try await Self.isLetIn(fixture, "first"))
            let kept = try await fixture.connect(1, as: EngineCredentials(username: "ann", password: "first"))
            try await ours.changePasswords(of: "ann", adding: [Self.hashes[1]], removing: [Self.hashes[0], many[0]])
            #expect(try await Self.isLetIn(fixture, "second"))
            #expect(try await Self.isLetIn(fixture, "first") == false)
            await #expect(throws: EngineError.self, "it has it no more") {
                try await ours.changePasswords(of: "ann", adding: [], removing: [Self.hashes[0]])
            }
            try await ours.removePasswords(of: "ann", [Self.hashes[0], Self.hashes[1]])
            #expect(try await Self.isLetIn(fixture, "second") == false)
            try await kept.ping()
            guard build.deniesSubcommands else { return }
            // Other rules, and the same passwords.
            try await ours.changePasswords(of: "ann", adding: [Self.hashes[2]], removing: [])
            access.users = [AccessControl.User(name: "ann", rules: ["on", "~a", "-@all", "+get"], login: .kept)]
            #expect(try await ours.setUsers(access, closing: [], for: build).isEmpty)
            #expect(try await Self.isLetIn(fixture, "third"))
            _ = try await kept.send(["GET", "a"])
            for refused in [["SET", "a", "1"], ["GET", "b"]] {
                await #expect(throws: EngineError.self) { _ = try await kept.send(refused) }
            }
        }
    }

    @Test(arguments: InstalledEngines.paths) func oldConnectionsAreClosed(_ path: String) async throws {
        let build = try await InstalledEngines.build(path)
        try await EngineFixture.with(build) { fixture in
            try fixture.start(fixture.configuration(1))
            let ours = try await fixture.connect(1)
            var access = EngineFixture.access
            access.users = [.everybody(.open), AccessControl.User(name: "ann", rules: Self.user.rules, login: .open)]
            #expect(try await ours.setUsers(access, closing: [], for: build).isEmpty)
            let old = try await fixture.connect(1, as: EngineCredentials(username: "ann", password: "any"))
            let other = try await fixture.connect(1, as: nil)
            #expect(try await ours.closeConnections(of: ["ann"], olderThan: .seconds(3600)) == 0)
            try await eventually { try await ours.closeConnections(of: ["ann"], olderThan: .seconds(1)) == 1 }
            try await eventually { !old.isOpen }
            try await other.ping()
            let new = try await fixture.connect(1, as: EngineCredentials(username: "ann", password: "any"))
            #expect(try await ours.closeConnections(of: ["ann"], olderThan: .seconds(1)) == 0)
            try await new.ping()
        }
    }

    @Test func linesOfTheList() {
        let list = """
            id=3 addr=127.0.0.1:1 laddr=127.0.0.1:2 fd=8 name= age=100 idle=0 flags=N db=0 cmd=client|list user=ann redir=-1 resp=2
            id=4 addr=[::1]:1 name=age=999 age=5 user=default
            id=5 age=7
            nonsense

            """
        #expect(
            ConnectedClient.all(in: list) == [
                ConnectedClient(id: "3", user: "ann", age: .seconds(100)), ConnectedClient(id: "4", user: "default", age: .seconds(5)),
            ])
    }
}
