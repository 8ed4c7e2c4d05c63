import CacheModel
import Testing

@testable import Planning

@Suite struct StoppingTests {
    @Test(arguments: hungPrimaries + hungReplicas + reboots + failoverTests + zones)
    func plans(_ example: PlanCase) { example.check(example.situation.roles) }

    private static let healthy = Situation.healthy(.disabled())
    private static let killed = ObservedProcess.exited(detail: "killed")

    private static func stop(_ id: String, _ reason: StopReason) -> Step { .stop(member: id, reason: reason) }

    /// Nobody has heard from the primary for longer.
    private static let hung = healthy.silent(first, for: 2).heard(second, third, ago: 2)
    private static let isSilent = "g-001 does not answer"

    static let hungPrimaries = [
        PlanCase("silent for the deadline, and nobody has heard from it", hung, steps: [stop(first, .hung)]),
        PlanCase("a moment less is slow", hung.silent(first, for: 1.9), waits: [isSilent]),
        PlanCase("a replica has heard from it", hung.heard(third, ago: 1), waits: [isSilent]),
        PlanCase(
            "a replica whose link is down has heard nothing", hung.heard(third, ago: 1).answering(third) { $0.isLinked = false },
            steps: [stop(first, .hung)]),
        PlanCase(
            "one that follows another has heard from another", hung.heard(third, ago: 0).answering(third) { $0.follows = .localhost },
            steps: [stop(first, .hung)]),
        PlanCase(
            "a replica that does not say when it heard from it says nothing", hung.answering(third) { $0.lastHeard = nil },
            steps: [stop(first, .hung)]),
        PlanCase(
            "nobody else has the data", hung.with(second, .stopped).answering(third) { ($0.hasSynced, $0.isLinked) = (false, false) },
            waits: [isSilent]),
        PlanCase(
            "what the others have is an earlier primary's",
            hung.answering(second) { ($0.follows, $0.isLinked) = (.localhost, false) }
                .with(third, .stopped), waits: [isSilent]),
        PlanCase("it loads", hung.with(first, .loading), waits: ["g-001 is loading"]),
        PlanCase("somebody else answers", hung.with(first, .foreign), waits: ["something else answers"]),
        PlanCase("it is being ended already", hung.with(first) { $0.process = .ending }, waits: [isSilent]),
        PlanCase("it is starting", hung.with(first) { $0.process = .starting }, waits: [isSilent]),
        PlanCase(
            "the operator is more patient", hung.with { $0.rules.hangDeadline = .seconds(10) }, waits: [isSilent]),
        PlanCase(
            "without failover, too: it comes back with a replica's data",
            Situation.healthy(.disabled(automaticFailover: false)).silent(first, for: 2), steps: [stop(first, .hung)]),
        PlanCase("alone it is never ended", Situation.healthy(.disabled(nodes: 1)).silent(first, for: 3600), waits: [isSilent]),
        PlanCase(
            "in a cluster, too", Situation.healthy(.enabled()).silent("g-0001-001", for: 2), steps: [stop("g-0001-001", .hung)]),
    ]

    static let hungReplicas = [
        PlanCase("a replica is given more time", healthy.silent(third, for: 19.9), waits: ["g-003 does not answer"]),
        PlanCase("but not for ever", healthy.silent(third, for: 20), steps: [stop(third, .hung)]),
        PlanCase(
            "while there is no primary its data may be needed", healthy.silent(third, for: 60).with(second, .stopped).with(first, killed),
            waits: ["g-003 must answer"]),
    ]

    private static func rebooting(_ id: String, _ incarnation: Int = 1) -> Situation {
        healthy.recorded(id) { $0.change = .rebooting(incarnation: incarnation) }
    }

    static let reboots = [
        PlanCase("a primary", rebooting(first), steps: [stop(first, .reboot)]),
        PlanCase("a replica", rebooting(second), steps: [stop(second, .reboot)]),
        PlanCase("it is another process already", rebooting(first, 0)),
        PlanCase("a replica is another process already", rebooting(second, 0)),
        PlanCase("a replica is down", rebooting(second).with(second, .stopped), steps: [.start(second, follows: first)]),
        PlanCase(
            "a primary whose replica is not linked has what nobody else has",
            rebooting(first).answering(third) { $0.isLinked = false }, waits: ["g-003 is not linked"]),
        PlanCase(
            "whose replica follows another, too", rebooting(first).answering(third) { $0.follows = .localhost }, steps: [.replicate(third)]),
        PlanCase("a replica that is down is no obstacle", rebooting(first).with(second, killed), steps: [stop(first, .reboot)]),
        PlanCase(
            "alone", Situation.healthy(.disabled(nodes: 1)).recorded(first) { $0.change = .rebooting(incarnation: 1) },
            steps: [stop(first, .reboot)]),
        PlanCase(
            "a primary before a switchover", rebooting(first).with { $0.group.nodeGroups[0].successor = second },
            steps: [stop(first, .reboot)]),
        PlanCase("a hung one is not asked to save", rebooting(first).silent(first, for: 3), steps: [stop(first, .hung)]),
    ]

    private static func tested(_ primary: String = first, _ incarnation: Int = 1) -> Situation {
        healthy.with { $0.group.nodeGroups[0].testFailover = TestFailover(primary: primary, incarnation: incarnation) }
    }

    static let failoverTests = [
        PlanCase("the primary is killed", tested(), steps: [stop(first, .failoverTest)]),
        PlanCase("once", tested(first, 0)),
        PlanCase("nobody else is", tested(second)),
        PlanCase(
            "no replica is fit", tested().with(second, .stopped).answering(third) { ($0.hasSynced, $0.isLinked) = (false, false) },
            steps: [.start(second, follows: first)], waits: ["g-003 is not linked"]),
        PlanCase("a replica is not linked", tested().answering(third) { $0.isLinked = false }, waits: ["g-003 is not linked"]),
        PlanCase("one is linked, and the other is down", tested().with(second, killed), steps: [stop(first, .failoverTest)]),
        PlanCase("it is a replica at the moment", tested().answering(first) { $0.role = .replica }, steps: [.promote(member: first)]),
        PlanCase("it is silent", tested().with(first, .silent), waits: [isSilent]),
        PlanCase("killed: a replica takes over", tested().with(first, .stopped), steps: Step.failover(to: second, followedBy: third)),
    ]

    static let zones = [
        PlanCase("of the primary", healthy.dark(first), steps: [stop(first, .zoneDown)]),
        PlanCase("of a replica", healthy.dark(third), steps: [stop(third, .zoneDown)]),
        PlanCase(
            "of all: all end at once", healthy.dark(first, second, third),
            steps: [stop(first, .zoneDown), stop(second, .zoneDown), stop(third, .zoneDown)]),
        PlanCase(
            "of the primary and a replica", healthy.dark(first, second), steps: [stop(first, .zoneDown), stop(second, .zoneDown)]),
        PlanCase(
            "of a replica that is down already", healthy.with(third, .stopped).dark(third), waits: ["zone us-east-1a of g-003 is down"]),
        PlanCase(
            "of a replica that has the data alone is left until the data is elsewhere",
            healthy.with(first, .silent).dark(second), waits: [isSilent]),
        PlanCase("of a primary that is being started", healthy.with(first, .starting).dark(first), waits: [isSilent]),
        PlanCase(
            "of a group under creation", Situation.blank(.disabled(nodes: 2, status: .creating)).dark(first, second),
            waits: ["of g-001 is down", "of g-002 is down"]),
        PlanCase(
            "without failover the replicas there end as well",
            Situation.healthy(.disabled(automaticFailover: false)).with(first, .stopped).dark(first, second, third),
            steps: [stop(second, .zoneDown), stop(third, .zoneDown)], waits: ["zone us-east-1a of g-001 is down"]),
    ]
}
