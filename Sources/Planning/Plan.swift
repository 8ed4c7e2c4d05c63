package import CacheModel

/// One thing to have done. Each may be repeated without harm: a step whose answer was lost is simply planned again.
package enum Step: Sendable, Equatable {
    /// Start a new incarnation of a member's process. `follows` is the member whose replica it is from its first moment.
    case start(member: String, follows: String?, data: StartData)
    /// End a member's process, and keep its directory.
    case stop(member: String, reason: StopReason)
    /// Have a member write its data to its disk, all that it has now. What comes next is not done if this does not succeed.
    case save(member: String)
    /// Choose another address for a member, and for its shard's endpoints if it is the primary: somebody else listens there.
    /// Only before the group was ever available, or for a member that is joining it. The primary of a cluster that becomes a group stays where
    /// it is: only the endpoints move.
    case moveAddress(member: String)
    case replicate(member: String, primary: String)
    /// Record that a member is the shard's primary from now on. Comes before the engine is told.
    case recordPrimary(nodeGroup: String, member: String, isFailover: Bool)
    /// Make a replica the primary: its old primary is known to be down.
    case promote(member: String)
    /// The primary stops taking writes until its replica has them all, then they change places.
    case handOver(from: String, to: String)
    /// Send a former primary's clients away, and hold their writes back no longer.
    case release(member: String)
    /// Make a new node known to a member of its cluster.
    case introduce(newcomer: String, to: String)
    /// Strike nodes that are no members from a member's view of its cluster.
    case forgetNodes(member: String, nodes: [String])
    case bind(member: String, addresses: [IPAddress])
    /// Set a parameter of the engine at run time.
    case tune(member: String, name: String, value: String)
    /// Give members the parameters of their group's parameter group, all at once.
    case configure(members: [String], WantedParameters)
    /// Record which parameters members run with.
    case configured([String: RunningParameters])
    /// Issue a certificate for a member whose process runs: the host is to write it.
    case issueCertificate(member: String)
    /// Have members serve the certificates that their hosts have written.
    case loadCertificates(members: [String])
    /// Record that they do.
    case certificatesLoaded(members: [String])
    /// Give members the tokens that users come in with, all at once.
    case giveAuthTokens(members: [String])
    /// Record that members have them.
    case authTokensGiven(members: [String])
    case route(RouteSpec)
    case dropRoute(name: String)
    /// End a member's process and remove its directory.
    case remove(member: String)
    /// A member that was to go is gone: remove its records.
    case dropMember(String)
    /// What was asked for is done.
    case joined(member: String)
    /// A member can't be added: it is to go again.
    case abandon(member: String, reason: String)
    /// What was asked for can't be done: its mark is taken away.
    case giveUp(Wish, reason: String)
    case rebooted(member: String)
    case failoverTested(nodeGroup: String)
    /// A service update comes to a member: it is to be stopped in good order and started again on the new build.
    case renew(member: String)
    /// A replica is to become the primary, since the primary is the last that runs on the old build.
    case chooseSuccessor(nodeGroup: String, member: String)
    case endUpdate(UpdateOutcome)
    /// The node type is the one that was asked for; or not, for a reason.
    case changeNodeType(refusal: String?)
    /// Record which history a shard's data belongs to from now on.
    case recordHistory(nodeGroup: String, history: String)
    /// Record that another history may begin at any moment.
    case endHistory(nodeGroup: String)
    /// Record what is wrong with a member, or that nothing is any more.
    case note(member: String, TroubleReport?)
    case becomeAvailable
    case fail(reason: String)
    /// Everything is gone: remove the group's records.
    case forget
    /// Everything but the primary is gone: it lives on as a lone cache cluster.
    case becomeCacheCluster
}

/// What a process starts on, beside what is in its directory.
package struct StartData: Sendable, Equatable {
    /// Members whose saved data it starts on if it has none itself, the best first.
    package var seeds: [String]
    /// Whether it starts on a seed although it has data itself, which is then set aside.
    package var replaces: Bool
    /// Whether its own data is set aside, and it starts with none.
    package var setsAsideOwn: Bool
    /// Whether its own view of its cluster is set aside.
    package var setsAsideTable: Bool

    package init(seeds: [String] = [], replaces: Bool = false, setsAsideOwn: Bool = false, setsAsideTable: Bool = false) {
        self.seeds = seeds
        self.replaces = replaces
        self.setsAsideOwn = setsAsideOwn
        self.setsAsideTable = setsAsideTable
    }
}

/// Why a process that runs is ended.
package enum StopReason: Sendable, Equatable {
    case hung
    case failoverTest
    case zoneDown
    /// In good order: it saves its data. The others are killed.
    case reboot
}

/// How a service update came to its end.
package enum UpdateOutcome: Sendable, Equatable {
    case complete
    /// As somebody asked for.
    case stopped
    /// A member can't be run on the new build: it goes back to the old one.
    case failed(reason: String)
}

/// What is found to be wrong with a member.
package struct TroubleReport: Sendable, Equatable {
    package var kind: Trouble.Kind
    package var reason: String

    package init(kind: Trouble.Kind, reason: String) {
        self.kind = kind
        self.reason = reason
    }
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

    /// Nobody can write to a shard without a primary: nothing that may fail or take its time comes before it has one, with its endpoint.
    mutating func putFailoversFirst() {
        let promoted = steps.compactMap { if case .promote(let member) = $0 { member } else { nil } }
        func isFailover(_ step: Step) -> Bool {
            switch step {
            case .recordPrimary, .promote, .handOver, .release: true
            // The new primary's address, and before it whoever has to give it up; a former primary's, before its clients are sent away.
            case .bind(let member, _): !promoted.isEmpty || steps.contains(.release(member: member))
            case .replicate(_, let primary): promoted.contains(primary)
            default: false
            }
        }
        steps = steps.filter(isFailover) + steps.filter { !isFailover($0) }
    }

    /// What is found wrong is told before what is done about it; but after a failover, which waits for nothing.
    mutating func tell(_ notes: Plan) {
        let place = steps.firstIndex { step in
            switch step {
            case .start, .save: true
            default: false
            }
        }
        steps.insert(contentsOf: notes.steps, at: place ?? steps.endIndex)
    }

    /// Whether another is recorded as primary, which ends a switchover too.
    var changesPrimary: Bool {
        steps.contains { if case .recordPrimary = $0 { true } else { false } }
    }

    package static func + (one: Plan, other: Plan) -> Plan { Plan(steps: one.steps + other.steps, waits: one.waits + other.waits) }

    package mutating func add(_ other: Plan) {
        steps += other.steps
        waits += other.waits
    }
}
