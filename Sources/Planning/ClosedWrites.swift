import CacheModel

/// A cluster's primary that refuses writes while its replica takes the slots over.
///
/// The engine holds writes back for a time only. Were that to run out before the old primary has heard of the new one, it would take
/// writes that are lost a moment later; so beside holding them back it is told to refuse what more replicas would have to receive than
/// there can be. That ends by order alone: one that was interrupted is seen here, and taken back.
///
/// Source: https://valkey.io/topics/replication (`min-replicas-to-write`)
package enum ClosedWrites {
    static let count = "min-replicas-to-write"
    /// Seconds. 0 would have the engine ignore the other.
    static let lag = "min-replicas-max-lag"
    static let unreachable = "2147483647"

    /// The parameters that decide, as they are looked at.
    package static let names = [lag, count]
    /// In the order in which they are set: the last one closes.
    package static let closing = [(name: lag, value: "10"), (name: count, value: unreachable)]

    static func isClosed(_ state: EngineState) -> Bool { state.tuning[count] == unreachable }

    /// Whoever is found closed is opened, but for a primary of which somebody may just be taking the slots.
    static func plan(_ shard: ShardView) -> Plan {
        var plan = Plan()
        for member in shard.nodeGroup.members {
            guard let state = shard.state(member), isClosed(state) else { continue }
            let others = shard.nodeGroup.members.filter { $0.id != member.id }
            if state.role == .primary, let other = others.first(where: { !shard.isDown($0) && shard.state($0)?.role != .replica }) {
                plan.waits.append("\(member.id) takes no writes until it is known what \(other.id) is")
            } else {
                plan.steps += names.map { .tune(member: member.id, name: $0, value: value($0, shard.observed.parameters)) }
            }
        }
        return plan
    }

    /// What the group's parameters say, or else the engine's own default.
    private static func value(_ name: String, _ parameters: WantedParameters?) -> String {
        parameters?.settings.first { $0.name == name }?.value ?? (name == lag ? "10" : "0")
    }
}
