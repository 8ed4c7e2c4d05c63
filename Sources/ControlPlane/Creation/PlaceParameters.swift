/// By which parameters a request names the places of nodes.
enum PlaceParameters {
    case group
    /// It is described as a group, and was asked for by parameters of its own.
    case loneCluster

    /// The zones of all nodes.
    var zones: String {
        switch self {
        case .group: "PreferredCacheClusterAZs"
        case .loneCluster: "PreferredAvailabilityZone"
        }
    }

    /// Of a primary; `path` leads to its node group's configuration.
    func primaryZone(_ path: String) -> String {
        switch self {
        case .group: "\(path).PrimaryAvailabilityZone"
        case .loneCluster: zones
        }
    }

    func primaryOutpost(_ path: String) -> String {
        switch self {
        case .group: "\(path).PrimaryOutpostArn"
        case .loneCluster: "PreferredOutpostArn"
        }
    }
}
