import CacheModel
import Foundation
import Logging
import Store
import Testing

@testable import ControlPlane

@Suite(.timeLimit(.minutes(1))) struct WorldTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func reloaded(_ fixture: Fixture) async throws -> World {
        try await World.load(from: fixture.store, logger: quiet)
    }

    // MARK: Transactions

    @Test(arguments: [1, 5, 30])
    func aConflictIsTriedAgain(conflicts: Int) async throws {
        let store = UnreliableStore()
        let fixture = try await Fixture(store: store)
        await store.fail(Array(repeating: .conflict, count: conflicts))
        try await fixture.create().expectSuccess()
        #expect(await store.attempts == conflicts + 1)
        // Addresses of the tries before were not recorded.
        #expect(fixture.world.read { $0.addresses.count } == 3)
        #expect(try await Self.reloaded(fixture).read { $0.addresses.count } == 3)
    }

    @Test func oneThatIsNeverOverIsGivenUp() async throws {
        let store = UnreliableStore()
        let fixture = try await Fixture(store: store)
        await store.fail(Array(repeating: .conflict, count: 1000))
        let reply = try await fixture.create()
        #expect(reply.status == 500 && reply.code == "InternalFailure")
        #expect(try await fixture.records().isEmpty && fixture.world.read { $0.groups.isEmpty })
    }

    @Test func aStoreThatRefusesChangesNothing() async throws {
        let store = UnreliableStore()
        let fixture = try await Fixture(store: store)
        await store.fail([.refused])
        let reply = try await fixture.create()
        #expect(reply.code == "InternalFailure" && !reply.text.contains("disk"), "what went wrong is the log's")
        #expect(fixture.world.read { $0.groups.isEmpty && $0.addresses.isEmpty && $0.regions.value.isEmpty })
        try await fixture.create().expectSuccess()
    }

    /// The answer was lost: what is known afterwards is what the store has.
    @Test(arguments: [true, false])
    func anUnknownOutcomeIsLookedUp(applied: Bool) async throws {
        let store = UnreliableStore()
        let fixture = try await Fixture(store: store)
        await store.fail([.lost(applied: applied)])
        #expect(try await fixture.create().code == "InternalFailure")
        #expect((fixture.group("g") != nil) == applied)
        #expect(try await fixture.create().code == (applied ? "ReplicationGroupAlreadyExists" : nil))
        #expect(fixture.world.read { $0.addresses.count } == 3)
    }

    @Test func whoThrowsWritesNothing() async throws {
        struct Stop: Error {}
        let fixture = try await Fixture()
        try await fixture.create()
        let before = try await fixture.records()
        await #expect(throws: Stop.self) {
            try await fixture.world.transact { draft in
                draft.removeGroup(fixture.key("g"))
                draft.take(.localhost, for: "x")
                throw Stop()
            }
        }
        #expect(try await fixture.records() == before)
        #expect(fixture.group("g") != nil && fixture.world.read { $0.addresses[.localhost] == nil })
    }

    @Test func readingOnlyWritesNothing() async throws {
        let store = UnreliableStore()
        let fixture = try await Fixture(store: store)
        let found = try await fixture.world.transact { draft in draft.group(fixture.key("g")) }
        #expect(found == nil)
        #expect(await store.attempts == 0)
    }

    /// Nobody's change is lost, whoever comes first.
    @Test func changesAtTheSameTimeAllHold() async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        try await fixture.change("g") { $0.description = "" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                group.addTask { try await fixture.change("g") { $0.description += "<\(number)>" } }
            }
            try await group.waitForAll()
        }
        let description = try #require(fixture.group("g")).description
        for number in 0..<24 { #expect(description.contains("<\(number)>")) }
        #expect(try await Self.reloaded(fixture).read { $0.groups.values.first?.value.description } == description)
    }

    @Test func oneOfManyCreationsOfANameSucceeds() async throws {
        let fixture = try await Fixture()
        let codes = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<16 { group.addTask { try await fixture.create("g", "NumCacheClusters=3").code } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == 1 && codes.count { $0 == "ReplicationGroupAlreadyExists" } == 15)
        #expect(fixture.world.read { $0.addresses.count } == 5)
    }

    // MARK: Loading

    @Test func whatIsRecordedIsReadBack() async throws {
        let fixture = try await Fixture()
        try await fixture.available("g", "NumCacheClusters=3&Tags.Tag.1.Key=a")
        try await fixture.create("c", "NumNodeGroups=2", region: "eu-west-1")
        let event = Event(date: Fixture.start, source: .replicationGroup, identifier: "g", message: "hello")
        let route = RouteSpec(
            name: "g-ro-\(try #require(fixture.group("g")).uid)", listen: .init(address: "127.0.0.9", port: 1), targets: [],
            closesRemoved: true)
        try await fixture.world.transact { draft in
            try draft.log(event, in: Fixture.home)
            try draft.put(ProcessSpec(id: "p", executable: "/x", arguments: []))
            try draft.put(route, owner: fixture.key("g"))
        }
        let world = try await Self.reloaded(fixture)
        #expect(world.read { $0.unreadable.isEmpty })
        #expect(world.read { $0.groups.mapValues(\.value) } == fixture.world.read { $0.groups.mapValues(\.value) })
        #expect(world.read { $0.addresses.mapValues(\.value) } == fixture.world.read { $0.addresses.mapValues(\.value) })
        #expect(world.read { $0.regions.value } == ["us-east-1": 0, "eu-west-1": 1])
        #expect(world.read { $0.events[Fixture.home]?.map(\.event) } == [event])
        #expect(world.read { $0.processes["p"]?.value.executable } == "/x" && world.read { $0.owners[route.name] } == fixture.key("g"))
        // Versions too: the next change is accepted.
        try await world.transact { draft in
            let known = draft.group(fixture.key("g"))
            var group = try #require(known)
            group.description = "changed after a restart"
            try draft.put(group)
        }
    }

    @Test(arguments: [
        "group/000000000000/us-east-1/bad", "process/bad", "process-status/bad", "route/bad", "route-status/bad", "region/bad",
        "event/000000000000/us-east-1/00000000000001-0000000001", "down-zones", "something/else", "",
    ])
    func whatCantBeReadIsLeftAlone(key: String) async throws {
        let store = MemoryStore()
        let key = key.isEmpty ? "no-prefix" : key
        let contents = Data("{\"half\":".utf8)
        try await store.commit(Transaction(writes: [.put(key: key, value: contents)]))
        let fixture = try await Fixture(store: store)
        #expect(fixture.world.read { Array($0.unreadable.keys) } == [key])
        // Others are served, and its record stays as it is.
        try await fixture.available("g")
        try await fixture.call("DeleteReplicationGroup", "ReplicationGroupId=g").expectSuccess()
        #expect(try await store.get(key)?.value == contents)
    }

    /// A group that can't be read is neither there nor free to be made anew.
    @Test func theNameOfAnUnreadableGroupStaysTaken() async throws {
        let store = MemoryStore()
        let key = "group/000000000000/us-east-1/bad"
        try await store.commit(Transaction(writes: [.put(key: key, value: Data("?".utf8))]))
        let fixture = try await Fixture(store: store)
        #expect(try await fixture.create("bad").status >= 400)
        #expect(try await fixture.call("DescribeReplicationGroups", "ReplicationGroupId=bad").status == 404)
        #expect(try await store.get(key)?.value == Data("?".utf8))
        #expect(fixture.world.read { $0.addresses.isEmpty })
    }

    @Test func aGroupUnderAnothersKeyIsNotTakenForIt() async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        let record = try #require(try await fixture.store.get(fixture.key("g").storeKey))
        try await fixture.store.commit(Transaction(writes: [.put(key: fixture.key("other").storeKey, value: record.value)]))
        let world = try await Self.reloaded(fixture)
        #expect(world.read { Set($0.groups.keys) } == [fixture.key("g")])
        #expect(world.read { Array($0.unreadable.keys) } == [fixture.key("other").storeKey])
    }

    // MARK: Notices

    @Test func everybodyIsToldOfAChange() async throws {
        let fixture = try await Fixture()
        try await fixture.create("a")
        var changes = fixture.world.changedGroups().makeAsyncIterator()
        #expect(await changes.next() == fixture.key("a"))
        try await fixture.create("b")
        #expect(await changes.next() == fixture.key("b"))
        try await fixture.change("a") { $0.description = "x" }
        #expect(await changes.next() == fixture.key("a"))
        try await fixture.world.transact { $0.removeGroup(fixture.key("b")) }
        #expect(await changes.next() == fixture.key("b"))
    }

    @Test func onlyTheWatchedGroupRaisesTheSignal() async throws {
        let fixture = try await Fixture()
        try await fixture.create("a")
        try await fixture.create("b")
        try await fixture.world.watching(fixture.key("a")) { signal in
            try await fixture.change("b") { $0.description = "x" }
            let start = ContinuousClock.now
            await signal.wait(atMost: .milliseconds(20))
            #expect(ContinuousClock.now - start >= .milliseconds(20))
            try await fixture.change("a") { $0.description = "x" }
            await signal.wait(atMost: .seconds(3600))
        }
    }

    @Test func hostsAreFollowed() async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        let process = try #require(fixture.group("g")).members[0].process
        let status = ProcessStatus(id: process, incarnation: 1, phase: .stopped)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.world.followHosts() }
            try await fixture.world.watching(fixture.key("g")) { signal in
                try await fixture.store.commit(
                    Transaction(writes: [.put(key: ProcessStatus.key(process), value: try JSONEncoder().encode(status))]))
                await signal.wait(atMost: .seconds(3600))
                #expect(fixture.world.read { $0.statuses[process] } == status)
                try await fixture.store.commit(Transaction(writes: [.delete(key: ProcessStatus.key(process))]))
                await signal.wait(atMost: .seconds(3600))
                #expect(fixture.world.read { $0.statuses[process] == nil })
            }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func foreignAddressesAreGivenBack() async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        let free = try #require(IPAddress("127.65.0.9"))
        try await fixture.world.transact { $0.take(free, for: AddressOwner.elsewhere(foundBy: "u1")) }
        try await fixture.world.releaseForeignAddresses()
        #expect(fixture.world.read { $0.addresses[free] == nil && $0.addresses.count == 3 })
    }
}
