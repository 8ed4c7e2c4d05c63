import CacheModel
import Synchronization

/// The addresses and the nodes that calls under way have chosen but not yet recorded, and where in each subnet to go on looking.
final class AddressReservations: Sendable {
    struct State {
        var reserved: Set<IPAddress> = []
        var last: [IPv4Network: IPv4Address] = [:]
        var last6: [IPv6Network: IPv6Address] = [:]
        /// By their processes' names.
        var nodes: [String: NewNode] = [:]
    }

    let state = Mutex(State())
}

/// A node that is about to be recorded.
struct NewNode: Sendable {
    let realm: Realm
    /// The unique id of its group.
    let group: String
    /// Bytes that it may take.
    let memory: Int
    /// False: memory that nodes which there are may take more.
    var isNode = true
}

/// Chooses free addresses for one call: no other call chooses them before this one has ended.
final class AddressPicker: Sendable {
    private let reservations: AddressReservations
    private let current: @Sendable () -> WorldState
    private let mine = Mutex<Set<IPAddress>>([])
    private let myNodes = Mutex<Set<String>>([])

    /// `current` is the world as it is when asked.
    init(reservations: AddressReservations, current: @escaping @Sendable () -> WorldState = { WorldState() }) {
        self.reservations = reservations
        self.current = current
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

    /// Has `check` decide on nodes that this call is about to record, by the world and by what other calls are about to record. Calls at the
    /// same time are decided on one after the other, so that they can't go beyond a limit together. Nodes that this call claimed before are
    /// given back: a transaction may be drawn up again.
    func claim(_ nodes: [String: NewNode], _ check: (_ world: WorldState, _ others: [NewNode]) throws -> Void) throws {
        try reservations.state.withLock { state in
            let before = myNodes.withLock { $0 }
            for process in before { state.nodes[process] = nil }
            let world = current()
            try check(world, state.nodes.filter { world.owners[$0.key] == nil }.map(\.value))
            state.nodes.merge(nodes) { $1 }
            myNodes.withLock { $0 = Set(nodes.keys) }
        }
    }

    func release() {
        let (picked, nodes) = (mine.withLock { $0 }, myNodes.withLock { $0 })
        reservations.state.withLock { state in
            state.reserved.subtract(picked)
            for process in nodes { state.nodes[process] = nil }
        }
    }
}
