import CacheModel

/// Who comes in, how, and what for: told to every node that answers, at once and whatever else is under way.
///
/// Connections that stand are not asked again who they are; but those of a user who has fewer rights than before are closed. A node that does
/// not answer is told when it does, or started with what counts then.
enum AccessGiving {
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        guard let wanted = observed.access else { return Plan() }
        let late = group.members.filter { isLate($0, observed) }
        if !late.isEmpty { return .do(.giveAccess(members: late.map(\.id), wanted)) }
        // Users and user groups wait for it.
        guard group.wasAvailable, !group.wantedUserGroups.isEmpty, group.accessInForce != wanted.fingerprint else { return Plan() }
        return .do(.accessInForce(fingerprint: wanted.fingerprint))
    }

    static func isLate(_ member: Member, _ observed: ObservedGroup) -> Bool {
        guard let wanted = observed.access else { return false }
        return observed[member].engine.state != nil && member.access != wanted.fingerprint
    }
}
