/// A change of a cluster's number of nodes.
package struct Resize: Codable, Sendable, Equatable {
    package var from: Int
    package var to: Int

    package init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }
}

/// Another number of nodes that was asked for without ApplyImmediately.
package struct PendingNodes: Codable, Sendable, Equatable {
    package var count: Int
    /// Ids of those that are to go, where there are to be fewer.
    package var removed: [String]
    /// Of those that are to come, where there are to be more.
    package var zones: [String]

    package init(count: Int, removed: [String] = [], zones: [String] = []) {
        self.count = count
        self.removed = removed
        self.zones = zones
    }
}

/// What nodes must be started anew for: an engine version with what goes with it, and a type of node.
package struct MemcachedUpgrade: Codable, Sendable, Equatable {
    package var engineVersion: String
    package var build: MemcachedBuildReference
    /// Of the version's family.
    package var parameterGroup: String
    /// Nil in older records: as it is.
    package var nodeType: String?

    package init(engineVersion: String, build: MemcachedBuildReference, parameterGroup: String, nodeType: String? = nil) {
        self.engineVersion = engineVersion
        self.build = build
        self.parameterGroup = parameterGroup
        self.nodeType = nodeType
    }
}

extension MemcachedCluster {
    /// What its nodes are started with from now on.
    package var footing: MemcachedUpgrade {
        get { MemcachedUpgrade(engineVersion: engineVersion, build: build, parameterGroup: parameterGroup, nodeType: nodeType) }
        set {
            (engineVersion, build, parameterGroup) = (newValue.engineVersion, newValue.build, newValue.parameterGroup)
            nodeType = newValue.nodeType ?? nodeType
        }
    }
}

/// The build of Memcached that a cluster runs on.
package struct MemcachedBuildReference: Codable, Sendable, Equatable {
    package var version: String
    package var path: String

    package init(version: String, path: String) {
        self.version = version
        self.path = path
    }
}
