import CacheModel

/// The kinds of groups that are simulated. Their members are in three zones, in turn.
enum Shape: String, Sendable, CaseIterable {
    case alone
    case pair
    case three
    case withoutFailover
    case forwarded
    case cluster
    case shards

    /// Those whose primary can be changed by a request.
    static let switchable: [Shape] = [.pair, .three, .withoutFailover, .forwarded]

    func group(_ status: GroupStatus) -> ReplicationGroup {
        var group: ReplicationGroup =
            switch self {
            case .alone: .disabled(nodes: 1, status: status, automaticFailover: false)
            case .pair: .disabled(nodes: 2, status: status)
            case .three: .disabled(nodes: 3, status: status)
            case .withoutFailover: .disabled(nodes: 3, status: status, automaticFailover: false)
            case .forwarded: .disabled(nodes: 3, status: status, movesAddresses: false)
            case .cluster: .enabled(shards: 1, replicas: 2, status: status)
            case .shards: .enabled(shards: 2, replicas: 1, status: status)
            }
        for n in group.nodeGroups.indices {
            for m in group.nodeGroups[n].members.indices { group.nodeGroups[n].members[m].zone = Self.zones[(n + m) % Self.zones.count] }
        }
        return group
    }

    static let zones = ["us-east-1a", "us-east-1b", "us-east-1c"]
}
