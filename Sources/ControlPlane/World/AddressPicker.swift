import CacheModel
import Synchronization

/// The addresses that calls under way have chosen but not yet recorded, and where in each subnet to go on looking.
final class AddressReservations: Sendable {
    struct State {
        var reserved: Set<IPAddress> = []
        var last: [IPv4Network: IPv4Address] = [:]
        var last6: [IPv6Network: IPv6Address] = [:]
    }

    let state = Mutex(State())
}

/// Chooses free addresses for one call: no other call chooses them before this one has ended.
final class AddressPicker: Sendable {
    private let reservations: AddressReservations
    private let mine = Mutex<Set<IPAddress>>([])

    init(reservations: AddressReservations) {
        self.reservations = reservations
    }

    /// The next free address of a subnet; nil if all are taken. An address just given back rests for as long as possible.
    func pick(in subnet: IPv4Network, knowing world: WorldState) -> IPv4Address? {
        let picked = reservations.state.withLock { state -> IPv4Address? in
            let used = Set(state.reserved.union(world.addresses.keys).compactMap(\.ipv4))
            guard let address = AddressPlan.firstFree(in: subnet, used: used, startingAfter: state.last[subnet]) else { return nil }
            state.reserved.insert(.v4(address))
            state.last[subnet] = address
            return address
        }
        if let picked { mine.withLock { _ = $0.insert(.v4(picked)) } }
        return picked
    }

    func pick(in subnet: IPv6Network, knowing world: WorldState) -> IPv6Address? {
        let picked = reservations.state.withLock { state -> IPv6Address? in
            let used = Set(state.reserved.union(world.addresses.keys).compactMap(\.ipv6))
            guard let address = subnet.firstFree(used: used, startingAfter: state.last6[subnet]) else { return nil }
            state.reserved.insert(.v6(address))
            state.last6[subnet] = address
            return address
        }
        if let picked { mine.withLock { _ = $0.insert(.v6(picked)) } }
        return picked
    }

    func pick(in range: AddressRange, knowing world: WorldState) -> IPAddress? {
        switch range {
        case .v4(let network): pick(in: network, knowing: world).map(IPAddress.v4)
        case .v6(let network): pick(in: network, knowing: world).map(IPAddress.v6)
        }
    }

    func release() {
        let picked = mine.withLock { $0 }
        reservations.state.withLock { $0.reserved.subtract(picked) }
    }
}
