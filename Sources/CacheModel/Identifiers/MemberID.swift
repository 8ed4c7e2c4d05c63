/// Names of a replication group's members, which are cache clusters of their own to the API.
package enum MemberID {
    /// `group-001`, or with cluster mode `group-0001-001`. The index counts from 1.
    package static func name(group: String, nodeGroup: String, index: Int, clusterMode: Bool) -> String {
        let number = padded(index, to: 3)
        return clusterMode ? "\(group)-\(nodeGroup)-\(number)" : "\(group)-\(number)"
    }

    /// The names of a node group's first members, its primary's first.
    package static func names(group: String, nodeGroup: String, count: Int, clusterMode: Bool) -> [String] {
        (0..<max(0, count)).map { name(group: group, nodeGroup: nodeGroup, index: $0 + 1, clusterMode: clusterMode) }
    }

    /// The number that a member's name ends in; nil for a name of a caller's own choice.
    package static func number(_ name: String) -> Int? {
        name.split(separator: "-").last.flatMap { decimal($0, digits: 1...9) }
    }
}
