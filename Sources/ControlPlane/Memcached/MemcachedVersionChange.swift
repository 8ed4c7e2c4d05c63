import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// `EngineVersion` of ModifyCacheCluster: only forward. Every node is started again, on the build of the new version, and empty.
enum MemcachedVersionChange {
    /// Nil where the version stays. `group` is the parameter group that the request names.
    static func upgrade(
        of cluster: MemcachedCluster, to asked: String?, _ build: MemcachedBuildReference?, _ group: String?, _ draft: inout Draft
    ) throws -> MemcachedUpgrade? {
        guard let asked, asked != cluster.engineVersion else { return nil }
        guard let release = MemcachedRelease.named(asked) else {
            throw ServiceFault.combination(
                "Cannot find version \(asked) for memcached. The parameter EngineVersion names no version of it.")
        }
        if let present = EngineVersion(cluster.engineVersion), release.version < present {
            throw ServiceFault.combination("Cannot modify memcached from \(present) to \(release.name)")
        }
        guard let build else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "No engine is installed that can serve EngineVersion \(release.name) of memcached: install a newer memcached.")
        }
        // A default group goes along; one of somebody's own fits one family.
        let isDefault = DefaultParameterGroup(name: cluster.parameterGroup) != nil
        let name = group ?? (isDefault ? DefaultParameterGroup(of: release.family).name : cluster.parameterGroup)
        try MemcachedChoice.refer(to: name, for: release.family, in: cluster.realm, &draft)
        return MemcachedUpgrade(engineVersion: release.name, build: build, parameterGroup: name)
    }

    /// Begins what is pending.
    static func begin(_ cluster: inout MemcachedCluster, _ now: Date, _ draft: inout Draft) {
        guard let upgrade = cluster.pendingUpgrade else { return }
        cluster.pendingUpgrade = nil
        cluster.former = cluster.version
        cluster.version = upgrade
        cluster.beginChange(at: now)
        for node in cluster.standing {
            guard let process = draft.process(node.process) else { continue }
            cluster.change(node.id) { $0.change = .rebooting(incarnation: process.incarnation, since: now) }
        }
    }

    /// Goes back to what was before. Nodes that run on the new build are started again on the old one; the others stay as they are.
    static func giveUp(_ cluster: inout MemcachedCluster, _ now: Date, in draft: inout Draft) {
        guard let former = cluster.former else { return }
        let given = cluster.version
        cluster.former = nil
        cluster.version = former
        cluster.beginChange(at: now)
        for node in cluster.standing {
            let process = draft.process(node.process)
            let isOnNewBuild = process?.executable == given.build.path && given.build.path != former.build.path
            cluster.change(node.id) {
                $0.change = isOnNewBuild ? .rebooting(incarnation: process?.incarnation ?? 0, since: now) : nil
            }
        }
    }
}

extension MemcachedCluster {
    fileprivate var version: MemcachedUpgrade {
        get { MemcachedUpgrade(engineVersion: engineVersion, build: build, parameterGroup: parameterGroup) }
        set { (engineVersion, build, parameterGroup) = (newValue.engineVersion, newValue.build, newValue.parameterGroup) }
    }
}
