import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation
import Planning

/// `Engine`, `EngineVersion` and `ApplyImmediately` of a lone cluster: only forward, and with its data.
struct VersionChange {
    /// Nil where the request names no other version.
    private let asked: (release: EngineRelease, build: BuildReference?)?
    private let durability: Durability

    /// Throws for what is no version. `present` is the cluster as it was looked at.
    init(
        _ input: API.ModifyCacheClusterMessage, of present: ReplicationGroup, _ engines: InstalledEngines, _ durability: Durability
    ) async throws {
        self.durability = durability
        if let engine = try input.engine.map(EngineChoice.engine), engine != present.engine {
            throw ServiceFault.combination(
                "The parameter Engine can not be changed for cache cluster \(present.id), which belongs to no replication group.")
        }
        guard let name = input.engineVersion, name != present.engineVersion, name != present.fullEngineVersion else {
            asked = nil
            return
        }
        guard let release = try? EngineVersionCatalog.resolve(engine: present.engine, version: name) else {
            throw ServiceFault.combination(
                "Cannot find version \(name) for \(present.engine.rawValue). The parameter EngineVersion names no version of it.")
        }
        asked = (release, await engines.build(for: release))
    }

    func apply(
        _ input: API.ModifyCacheClusterMessage, to group: inout ReplicationGroup, in draft: inout Draft, _ context: RequestContext
    ) throws {
        let atOnce = input.applyImmediately ?? false
        guard let (release, build) = asked else {
            if input.engineVersion != nil {
                group.changePending { $0.upgrade = nil }
            } else if input.cacheParameterGroupName != nil, let waiting = group.pending?.upgrade {
                throw ServiceFault.combination(
                    "The parameter CacheParameterGroupName can not be changed while a change of EngineVersion to \(waiting.engineVersion) "
                        + "waits for the maintenance window: name both.")
            } else if atOnce {
                Self.applyPending(to: &group, at: context.now)
            }
            return
        }
        if let present = EngineVersion(group.fullEngineVersion), release.fullVersion < present {
            throw ServiceFault.combination("Cannot modify \(group.engine.rawValue) from \(group.engineVersion) to \(release.name)")
        }
        if context.nodeTypes[group.nodeType]?.supports(group.engine, release.fullVersion) == false {
            throw ServiceFault.combination(
                "The parameter EngineVersion \(release.name) of \(group.engine.rawValue) is not available with CacheNodeType "
                    + "\(group.nodeType).")
        }
        if atOnce, input.cacheNodeType == nil, let waiting = group.pending?.nodeType {
            throw ServiceFault.combination(
                "The parameter EngineVersion can not be changed at once while a change of CacheNodeType to \(waiting) waits for the "
                    + "maintenance window.")
        }
        let name = input.cacheParameterGroupName ?? group.pending?.parameterGroup ?? group.parameterGroup
        let parameters = try ParameterGroupChange.find(name, for: group, family: release.family, in: draft.state)
        try draft.refer(to: parameters, in: group.realm)
        guard let build else { throw ServiceFault.noEngine(release) }
        if durability == .none {
            throw ServiceFault.combination(
                "Cache cluster \(group.id) has no replica, and nothing is saved (--durability none): with another EngineVersion its data "
                    + "would be lost.")
        }
        let target = EngineUpgrade(
            engineVersion: release.name, fullEngineVersion: release.fullVersion.description, build: build,
            parameterGroup: parameters.name)
        group.changePending {
            $0.upgrade = target
            $0.parameterGroup = nil
        }
        if atOnce { Self.applyPending(to: &group, at: context.now) }
    }

    /// Begins what waits for the maintenance window.
    static func applyPending(to group: inout ReplicationGroup, at date: Date) {
        guard let target = group.pending?.upgrade else { return }
        group.changePending { $0.upgrade = nil }
        group.upgrade = UpgradeProgress(to: target, requested: date)
        group.beginChange(at: date)
    }
}
