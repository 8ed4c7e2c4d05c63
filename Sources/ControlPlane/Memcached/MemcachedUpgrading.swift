import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// `EngineVersion`, which only goes forward, and `CacheNodeType` of ModifyCacheCluster: every node is started again, one after the other, and
/// empty. And `CacheParameterGroupName`, which may go with a version.
struct MemcachedUpgrading {
    let input: API.ModifyCacheClusterMessage
    /// What serves the version that is asked for.
    let build: MemcachedBuildReference?
    let context: RequestContext

    /// Records what is pending from now on. What there is takes back what was pending of it.
    func apply(to cluster: inout MemcachedCluster, in draft: inout Draft) throws {
        var wanted = cluster.pendingUpgrade ?? cluster.footing
        let group = input.cacheParameterGroupName?.lowercased()
        if let asked = input.engineVersion, asked != cluster.engineVersion {
            wanted = try version(asked, group, of: cluster, &draft)
            wanted.nodeType = cluster.pendingUpgrade?.nodeType
        } else {
            if let group, group != cluster.parameterGroup {
                guard let family = MemcachedRelease.named(cluster.engineVersion)?.family else {
                    throw ServiceFault.missing("EngineVersion")
                }
                try MemcachedChoice.refer(to: group, for: family, in: context.realm, &draft)
                cluster.parameterGroup = group
            }
            if input.engineVersion != nil || wanted.engineVersion == cluster.engineVersion {
                let nodeType = wanted.nodeType
                wanted = cluster.footing
                wanted.nodeType = nodeType
            }
        }
        wanted.nodeType = input.cacheNodeType ?? wanted.nodeType ?? cluster.nodeType
        try checkType(wanted, of: cluster)
        cluster.pendingUpgrade = wanted == cluster.footing ? nil : wanted
    }

    private func version(
        _ asked: String, _ group: String?, of cluster: MemcachedCluster, _ draft: inout Draft
    ) throws -> MemcachedUpgrade {
        guard let release = MemcachedRelease.named(asked) else {
            throw ServiceFault.combination(
                "Cannot find version \(asked) for memcached. The parameter EngineVersion names no version of it.")
        }
        if let present = EngineVersion(cluster.engineVersion), release.version < present {
            throw ServiceFault.combination("Cannot modify memcached from \(present) to \(release.name)")
        }
        guard let build else {
            throw cluster.isEncryptedInTransit ? MemcachedEncryption.noEngineWithTLS(release) : MemcachedEncryption.noEngine(release)
        }
        // A default group goes along; one of somebody's own fits one family.
        let isDefault = DefaultParameterGroup(name: cluster.parameterGroup) != nil
        let name = group ?? (isDefault ? DefaultParameterGroup(of: release.family).name : cluster.parameterGroup)
        try MemcachedChoice.refer(to: name, for: release.family, in: cluster.realm, &draft)
        return MemcachedUpgrade(engineVersion: release.name, build: build, parameterGroup: name)
    }

    /// Whether the type that is wanted fits the version that is, and the network.
    private func checkType(_ wanted: MemcachedUpgrade, of cluster: MemcachedCluster) throws {
        guard let name = wanted.nodeType, name != cluster.nodeType else { return }
        let release = MemcachedRelease.named(wanted.engineVersion)
        let type = try MemcachedChoice.nodeType(name, for: release, context)
        guard !cluster.isEncryptedInTransit || type.supportsEncryption else {
            throw ServiceFault.combination(
                "The parameter CacheNodeType can not be \(type.name), which does not support TransitEncryptionEnabled.")
        }
        guard cluster.networkType == .ipv4 || type.supportsIPv6 else {
            throw ServiceFault.combination(
                "The parameter CacheNodeType can not be \(type.name) with NetworkType \(cluster.networkType.rawValue): it needs a node type on "
                    + "the Nitro system.")
        }
    }

    /// Begins what is pending.
    static func begin(_ cluster: inout MemcachedCluster, _ now: Date, _ draft: inout Draft) {
        guard let upgrade = cluster.pendingUpgrade else { return }
        cluster.pendingUpgrade = nil
        cluster.former = cluster.footing
        cluster.footing = upgrade
        cluster.beginChange(at: now)
        for node in cluster.standing {
            guard let process = draft.process(node.process) else { continue }
            cluster.change(node.id) { $0.change = .rebooting(incarnation: process.incarnation, since: now) }
        }
    }

    /// Goes back to what was before. Nodes that were started anew are started again as they were; the others stay as they are.
    static func giveUp(_ cluster: inout MemcachedCluster, _ now: Date, in draft: inout Draft) {
        guard let former = cluster.former else { return }
        let given = cluster.footing
        cluster.former = nil
        cluster.footing = former
        cluster.beginChange(at: now)
        // Where the same build serves both versions a node need not be started again for that.
        let differs = given.build.path != former.build.path || given.nodeType != cluster.nodeType
        for node in cluster.standing {
            let incarnation = draft.process(node.process)?.incarnation ?? 0
            let isStartedAnew: Bool =
                if case .rebooting(let before, _) = node.change { incarnation > before } else { incarnation > 0 }
            cluster.change(node.id) {
                $0.change = differs && isStartedAnew ? .rebooting(incarnation: incarnation, since: now) : nil
            }
        }
    }
}
