import CacheModel

/// Tokens that users come in with: given to every node that answers, at once and whatever else is under way.
///
/// Connections that stand are not asked again. A node that does not answer is told when it does, or started with them.
enum AuthTokenGiving {
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup) -> Plan {
        let late = group.members.filter { isLate($0, group, observed) }
        return late.isEmpty ? Plan() : .do(.giveAuthTokens(members: late.map(\.id)))
    }

    static func isLate(_ member: Member, _ group: ReplicationGroup, _ observed: ObservedGroup) -> Bool {
        observed[member].engine.state != nil && member.authTokens != group.authTokens
    }
}
