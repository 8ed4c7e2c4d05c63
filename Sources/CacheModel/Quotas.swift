/// How much of everything an account may have. The defaults are the real service's; an operator may choose others by name.
package struct Quotas: Sendable, Equatable {
    /// Of all clusters together, in one region.
    package var nodesPerRegion = 300
    /// Replication groups and lone cache clusters, in one region. The real service tells no number; nobody reaches this one before that of
    /// the nodes.
    package var clustersPerRegion = 300
    /// Of a group with cluster mode enabled.
    package var nodesPerCluster = 90
    package var shardsPerGroup = 90
    package var replicasPerShard = 5
    package var parameterGroups = 300
    package var subnetGroups = 300
    package var subnetsPerGroup = 20
    package var tagsPerResource = 50
    /// Node groups whose failover is tested within 24 hours, in one region.
    package var failoverTestsPerDay = 15
    /// Nodes that are reserved, in one region.
    package var reservedNodes = 300
    package var users = 1000
    package var userGroups = 100
    package var usersPerGroup = 100

    package init() {}

    /// What the real service raises the quota of nodes to, and so that of shards, at most.
    package static let mostNodesPerCluster = 500

    package func nodesPerCluster(_ version: EngineVersion) -> Int { min(nodesPerCluster, version.maximumClusterNodes) }

    package func shardsPerGroup(_ version: EngineVersion) -> Int { min(shardsPerGroup, version.maximumClusterNodes) }
}

extension Quotas {
    /// A quota as its operator names it.
    package struct Setting: Sendable {
        package let name: String
        package let range: ClosedRange<Int>
        let path: any WritableKeyPath<Quotas, Int> & Sendable

        /// What it is unless somebody says otherwise.
        package var value: Int { Quotas()[keyPath: path] }
    }

    package enum Failure: Error, Equatable {
        case unknown(String)
        case malformed(String)
        case outOfRange(String, ClosedRange<Int>)
    }

    package static let settings: [Setting] = [
        Setting(name: "nodes-per-region", range: 0...1_000_000, path: \.nodesPerRegion),
        Setting(name: "clusters-per-region", range: 0...1_000_000, path: \.clustersPerRegion),
        Setting(name: "nodes-per-cluster", range: 1...mostNodesPerCluster, path: \.nodesPerCluster),
        Setting(name: "shards-per-group", range: 1...mostNodesPerCluster, path: \.shardsPerGroup),
        Setting(name: "replicas-per-shard", range: 0...100, path: \.replicasPerShard),
        Setting(name: "parameter-groups", range: 0...1_000_000, path: \.parameterGroups),
        Setting(name: "subnet-groups", range: 0...1_000_000, path: \.subnetGroups),
        Setting(name: "subnets-per-group", range: 1...1000, path: \.subnetsPerGroup),
        Setting(name: "tags-per-resource", range: 0...1000, path: \.tagsPerResource),
        Setting(name: "failover-tests-per-day", range: 0...1_000_000, path: \.failoverTestsPerDay),
        Setting(name: "reserved-nodes", range: 0...1_000_000, path: \.reservedNodes),
        Setting(name: "users", range: 0...1_000_000, path: \.users),
        Setting(name: "user-groups", range: 0...1_000_000, path: \.userGroups),
        Setting(name: "users-per-group", range: 1...1000, path: \.usersPerGroup),
    ]

    /// Takes `nodes-per-region=1000`, several with commas between.
    package mutating func set(_ text: String) throws(Failure) {
        for part in text.split(separator: ",") {
            let words = part.split(separator: "=", omittingEmptySubsequences: false).map { word in String(word.filter { $0 != " " }) }
            guard words.count == 2, let value = Int(words[1]) else { throw .malformed(String(part)) }
            guard let setting = Self.settings.first(where: { $0.name == words[0] }) else { throw .unknown(words[0]) }
            guard setting.range.contains(value) else { throw .outOfRange(setting.name, setting.range) }
            self[keyPath: setting.path] = value
        }
    }
}
