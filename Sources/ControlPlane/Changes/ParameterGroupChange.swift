import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// `CacheParameterGroupName` and `ApplyImmediately`: which parameter group is used, and from when on.
enum ParameterGroupChange {
    static func apply(
        _ input: API.ModifyReplicationGroupMessage, to group: inout ReplicationGroup, in draft: inout Draft, at date: Date
    ) throws {
        let isAtOnce = input.applyImmediately ?? false
        guard let name = input.cacheParameterGroupName else {
            if isAtOnce { try applyPending(to: &group, in: &draft, at: date) }
            return
        }
        let release = EngineVersionCatalog.releases.first { $0.engine == group.engine && $0.name == group.engineVersion }
        let new = try find(name, for: group, family: release?.family, in: draft.state)
        try draft.refer(to: new, in: group.realm)
        if new.name == group.parameterGroup {
            group.changePending { $0.parameterGroup = nil }
        } else if isAtOnce {
            try use(new.name, by: &group, in: &draft, at: date)
        } else {
            group.changePending { $0.parameterGroup = new.name }
        }
    }

    /// Does what waits for the maintenance window.
    static func applyPending(to group: inout ReplicationGroup, in draft: inout Draft, at date: Date) throws {
        guard let name = group.pending?.parameterGroup else { return }
        try use(name, by: &group, in: &draft, at: date)
    }

    /// What its nodes run with the reconciler changes.
    private static func use(_ name: String, by group: inout ReplicationGroup, in draft: inout Draft, at date: Date) throws {
        group.parameterGroup = name
        group.changePending { $0.parameterGroup = nil }
        group.beginChange(at: date)
        for member in group.members {
            try draft.log(Event(date: date, source: .cacheCluster, identifier: member.id, message: event(name)), in: group.realm)
        }
    }

    static func event(_ name: String) -> String { "Updated to use a CacheParameterGroup \(name)" }

    /// One that fits the group in a family, and that does not change what is settled at creation. Nil: any family.
    static func find(
        _ name: String, for group: ReplicationGroup, family: String?, in state: WorldState
    ) throws -> ParameterGroupDefinition {
        guard let new = state.parameterGroup(name, in: group.realm) else { throw ServiceFault.noParameterGroup(name) }
        try ParameterGroupFit.check(new, for: group.engine.rawValue, family: family ?? new.family.name)
        guard let settled = state.parameterGroup(group.parameterGroup, in: group.realm)?.settled else { return new }
        // Between families only what both have settled counts.
        let isSameFamily = state.parameterGroup(group.parameterGroup, in: group.realm)?.family.name == new.family.name
        let different = settled.keys.sorted().first { name in
            settled[name] != new.settled[name] && (isSameFamily || new.settled[name] != nil)
        }
        if let different {
            throw ServiceFault.combination(
                "The parameter \(different) has a different value in the requested parameter group than the current parameter group. "
                    + "This parameter value cannot be changed for a cache cluster. (CacheParameterGroupName)")
        }
        return new
    }
}
