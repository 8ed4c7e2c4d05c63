import CacheModel

/// Another node type: more or less memory for each node, which engines take while they run.
///
/// A node that has more data than it may have from then on would take no writes, or throw data away: such a change is not made.
enum NodeTypeChange {
    /// `isSettled` says whether nothing else is to be done or waited for.
    static func plan(_ group: ReplicationGroup, _ observed: ObservedGroup, _ rules: Rules, isSettled: Bool) -> Plan {
        guard let name = group.nodeTypeChange else { return Plan() }
        let isOverdue = observed.waited[.settings, default: .zero] >= rules.patience
        guard isSettled, let memory = observed.memoryToBe else {
            return isOverdue
                ? .do(.changeNodeType(refusal: "not every node was in its place in time"))
                : .wait("the node type \(name) is given when every node is in its place")
        }
        let states = group.members.compactMap { member in observed[member].engine.state.map { (member: member.id, used: $0.usedMemory) } }
        guard states.count == group.members.count else { return .wait("how much every node holds is not known") }
        guard let full = states.first(where: { $0.used > memory }) else { return .do(.changeNodeType(refusal: nil)) }
        return .do(
            .changeNodeType(
                refusal: "\(full.member) uses \(full.used >> 20) MiB, and may use \(memory >> 20) MiB as a \(name)"))
    }
}
