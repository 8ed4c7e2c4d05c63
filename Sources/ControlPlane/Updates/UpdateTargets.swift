import AWSProtocol
import CacheModel

/// `ReplicationGroupIds` and `CacheClusterIds` of the operations on service updates.
struct UpdateTargets {
    private static let limit = 20

    /// In lower case, each once.
    let groups: [String]
    let clusters: [String]

    var isEmpty: Bool { groups.isEmpty && clusters.isEmpty }

    /// Throws `InvalidParameterValue` naming the list that is too long.
    init(groups: [String]?, clusters: [String]?) throws {
        self.groups = try Self.list(groups, "ReplicationGroupIds")
        self.clusters = try Self.list(clusters, "CacheClusterIds")
    }

    private static func list(_ ids: [String]?, _ parameter: String) throws -> [String] {
        let ids = ids ?? []
        guard ids.count <= limit else {
            throw ServiceFault.value("The parameter \(parameter) must have at most \(limit) entries. It has \(ids.count).")
        }
        return ids.map { $0.lowercased() }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    func matches(_ group: ReplicationGroup) -> Bool {
        isEmpty || (group.kind == .replicationGroup ? groups : clusters).contains(group.id)
    }
}
