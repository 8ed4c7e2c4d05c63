import CacheModel
import Synchronization

/// The addresses that calls under way have chosen but not yet recorded, and where in each subnet to go on looking.
final class AddressReservations: Sendable {
    struct State {
        var reserved: Set<IPv4Address> = []
        var last: [IPv4Network: IPv4Address] = [:]
    }

    let state = Mutex(State())
}

/// Chooses free addresses for one call: no other call chooses them before this one has ended.
final class AddressPicker: Sendable {
    private let reservations: AddressReservations
    private let mine = Mutex<Set<IPv4Address>>([])

    init(reservations: AddressReservations) {
        self.reservations = reservations
    }

    /// The next free address of a subnet; nil if all are taken. An address just given back rests for as long as possible.
    func pick(in subnet: IPv4Network, knowing world: WorldState) -> IPv4Address? {
        let picked = reservations.state.withLock { state -> IPv4Address? in
            let used = state.reserved.union(world.addresses.keys)
            guard let address = AddressPlan.firstFree(in: subnet, used: used, startingAfter: state.last[subnet]) else { return nil }
            state.reserved.insert(address)
            state.last[subnet] = address
            return address
        }
        if let picked { mine.withLock { _ = $0.insert(picked) } }
        return picked
    }

    func release() {
        let picked = mine.withLock { $0 }
        reservations.state.withLock { $0.reserved.subtract(picked) }
    }
}
