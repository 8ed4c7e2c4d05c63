import CacheModel
import Testing

@testable import ControlPlane

@Suite struct AddressPickerTests {
    private static let subnet = IPv4Network(containing: IPv4Address(0x7f40_0100), prefix: 29)

    private static func picks(_ picker: AddressPicker, _ count: Int, _ state: WorldState = WorldState()) -> [String] {
        (0..<count).map { _ in picker.pick(in: subnet, knowing: state).map { "\($0.value & 0xff)" } ?? "none" }
    }

    @Test func picksEachOnce() {
        let picker = AddressPicker(reservations: AddressReservations())
        #expect(Self.picks(picker, 7) == ["1", "2", "3", "4", "5", "6", "none"])
    }

    @Test func passesOverWhatIsTaken() {
        var state = WorldState()
        for value in [0x7f40_0101, 0x7f40_0103] as [UInt32] { state.addresses[IPv4Address(value)] = Versioned(value: "p", version: 1) }
        #expect(Self.picks(AddressPicker(reservations: AddressReservations()), 5, state) == ["2", "4", "5", "6", "none"])
    }

    @Test func twoCallsNeverPickTheSame() {
        let reservations = AddressReservations()
        let (one, two) = (AddressPicker(reservations: reservations), AddressPicker(reservations: reservations))
        #expect(Self.picks(one, 2) + Self.picks(two, 2) + Self.picks(one, 3) == ["1", "2", "3", "4", "5", "6", "none"])
        // What one gives back, the other may have; what the other still holds it keeps.
        one.release()
        #expect(Self.picks(two, 5) == ["1", "2", "5", "6", "none"])
    }

    /// Clients may still be trying it.
    @Test func anAddressGivenBackRests() {
        let reservations = AddressReservations()
        let one = AddressPicker(reservations: reservations)
        #expect(Self.picks(one, 2) == ["1", "2"])
        one.release()
        #expect(Self.picks(AddressPicker(reservations: reservations), 2) == ["3", "4"])
    }

    @Test func callsAtTheSameTimeGetDifferentAddresses() async throws {
        let fixture = try await Fixture()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<40 {
                group.addTask { try await fixture.create("g\(number)", number % 2 == 0 ? "NumCacheClusters=3" : "NumNodeGroups=2").status }
            }
            for try await status in group { #expect(status == 200) }
        }
        let groups = fixture.world.read { $0.groups.values.map(\.value) }
        let addresses = groups.flatMap { group in
            group.members.map(\.address) + group.nodeGroups.flatMap { [$0.primaryAddress, $0.readerAddress] }.compactMap(\.self)
                + [group.configurationAddress].compactMap(\.self)
        }
        #expect(addresses.count == 20 * 5 + 20 * 3 && Set(addresses).count == addresses.count)
        #expect(Set(fixture.world.read { Array($0.addresses.keys) }) == Set(addresses))
    }

    /// With eight addresses to a subnet, six can be had.
    @Test func aFullSubnetRefusesAndTakesNothing() async throws {
        let fixture = try await Fixture(network: "127.80.0.0/22")
        for number in 0..<3 { try await fixture.create("g\(number)", "NumCacheClusters=2").expectSuccess() }
        let before = try await fixture.records()
        let reply = try await fixture.create("more")
        #expect(reply.code == "InsufficientCacheClusterCapacity")
        #expect(reply.message.contains("127.80.0.") && reply.message.contains("endpoints"))
        #expect(try await fixture.records() == before)
        // A cluster needs one endpoint: there is none left either, though the zones have room.
        #expect(try await fixture.create("more", "ClusterMode=enabled").code == "InsufficientCacheClusterCapacity")
        try await fixture.world.transact { draft in
            for address in Array(draft.state.addresses.keys) { draft.release(address) }
        }
        try await fixture.create("more", "NumCacheClusters=6").expectSuccess()
    }
}
