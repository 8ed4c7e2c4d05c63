package import CacheModel

/// One thing to have done. Each may be repeated without harm: a step whose answer was lost is simply planned again.
package enum Step: Sendable, Equatable {
    /// Start a new incarnation of a member's process. `follows` is the member whose replica it is from its first moment;
    /// `seeds` are the members whose saved data it may start from if it has none itself.
    case start(member: String, follows: String?, seeds: [String])
    /// Choose another address for a member, and for its shard's endpoints if it is the primary: somebody else listens there.
    /// Only before the group was ever available.
    case moveAddress(member: String)
    case replicate(member: String, primary: String)
    /// Record that a member is the shard's primary from now on. Comes before the engine is told.
    case recordPrimary(nodeGroup: String, member: String, isFailover: Bool)
    /// Make a replica the primary: its old primary is known to be down.
    case promote(member: String)
    /// Strike nodes that are no members from a member's view of its cluster.
    case forgetNodes(member: String, nodes: [String])
    case bind(member: String, addresses: [IPv4Address])
    /// Set a parameter of the engine at run time.
    case tune(member: String, name: String, value: String)
    case route(RouteSpec)
    case dropRoute(name: String)
    /// End a member's process and remove its directory.
    case remove(member: String)
    case becomeAvailable
    case fail(reason: String)
    /// Everything is gone: remove the group's records.
    case forget
    /// Everything but the primary is gone: it lives on as a lone cache cluster.
    case becomeCacheCluster
}

/// What to do next, and what is being waited for.
package struct Plan: Sendable, Equatable {
    /// In the order in which they are to be done.
    package var steps: [Step]
    /// Why another look is due soon although nothing is to be done; empty when all is as it should be.
    package var waits: [String]

    package init(steps: [Step] = [], waits: [String] = []) {
        self.steps = steps
        self.waits = waits
    }

    package var isSettled: Bool { steps.isEmpty && waits.isEmpty }

    package static func wait(_ reason: String) -> Plan { Plan(waits: [reason]) }
    package static func `do`(_ steps: Step...) -> Plan { Plan(steps: steps) }

    /// Two rules may ask for the same step: once is enough, at the first place.
    mutating func removeRepetitions() {
        var kept: [Step] = []
        for step in steps where !kept.contains(step) { kept.append(step) }
        steps = kept
    }

    /// Nobody can write to a shard without a primary: nothing that may fail or take its time comes before it has one.
    mutating func putFailoversFirst() {
        func isFailover(_ step: Step) -> Bool {
            switch step {
            case .recordPrimary, .promote: true
            default: false
            }
        }
        steps = steps.filter(isFailover) + steps.filter { !isFailover($0) }
    }

    package mutating func add(_ other: Plan) {
        steps += other.steps
        waits += other.waits
    }
}
