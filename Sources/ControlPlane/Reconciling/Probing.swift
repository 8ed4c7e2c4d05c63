import CacheModel
import Synchronization

/// Asks a group's engines again and again whether they are there, and wakes the reconciler when one has been silent for too long.
struct Probing: Sendable {
    /// Replicas are given more time, and are asked less often.
    private static let roundsPerReplica = 3
    /// Between two questions, where one was refused at once.
    private static let pause: Duration = .milliseconds(50)

    let key: GroupKey
    let world: World
    let wire: NodeWire
    let pulse: Pulse
    let hangDeadline: Duration
    let signal: Signal

    /// Until cancelled. Nobody waits for another's answer.
    func run() async {
        let underWay = UnderWay()
        await withDiscardingTaskGroup { tasks in
            var met: Set<ProcessStatus.Identity> = []
            var round = 0
            while !Task.isCancelled {
                try? await Task.sleep(until: Self.next(every: pulse.interval), tolerance: pulse.interval / 20, clock: .continuous)
                round += 1
                let isForAll = round % Self.roundsPerReplica == 0
                guard let (group, running) = world.read({ running(in: $0) }) else { continue }
                for (member, process) in running where isForAll || isUrgent(member, of: group) || !met.contains(process) {
                    guard underWay.begin(member.id) else { continue }
                    tasks.addTask {
                        await ask(member, of: group)
                        underWay.end(member.id)
                    }
                }
                met = Set(running.map(\.process))
            }
        }
    }

    private func running(in state: borrowing WorldState) -> (ReplicationGroup, [(member: Member, process: ProcessStatus.Identity)])? {
        guard let group = state.groups[key]?.value, group.wasAvailable, group.status != .deleting else { return nil }
        let running = group.members.compactMap { member -> (Member, ProcessStatus.Identity)? in
            guard case .running(let identity) = state.statuses[member.process]?.phase else { return nil }
            return (member, identity)
        }
        pulse.forget(allBut: Set(running.map(\.0.id)))
        return (group, running)
    }

    private func isUrgent(_ member: Member, of group: ReplicationGroup) -> Bool {
        group.nodeGroups.contains { $0.primary == member.id } || pulse.silence(of: member.id) > .zero
    }

    /// The same moments for all groups: a hundred questions at once wake far fewer threads than a hundred on their own.
    private static func next(every interval: Duration) -> ContinuousClock.Instant {
        let passed = ContinuousClock.now - beginning
        return beginning + interval * (Int(passed / interval) + 1)
    }

    private static let beginning = ContinuousClock.now

    /// Asks until there is an answer or the deadline is over: once, where nothing comes back; again and again, where something refuses.
    ///
    /// An answer that is late by half the deadline still counts: an engine with one slow command after the other takes a question up
    /// after the command during which it came, or after the next. Over a new connection it takes two turns, to accept it and to read from it.
    private func ask(_ member: Member, of group: ReplicationGroup) async {
        let start = ContinuousClock.now
        let patience = await wire.isProbed(member, of: group) ? hangDeadline * 3 / 2 : hangDeadline * 2
        var left = patience
        while left > .zero, !Task.isCancelled {
            if await wire.answers(member, of: group, within: left) { return pulse.answered(member.id) }
            try? await Task.sleep(for: min(Self.pause, max(.zero, patience - (.now - start))))
            left = patience - (.now - start)
        }
        guard !Task.isCancelled else { return }
        pulse.unanswered(member.id, askedAt: start, within: patience, now: .now)
        if pulse.silence(of: member.id) >= hangDeadline { signal.raise() }
    }
}

/// The members that are being asked now.
private final class UnderWay: Sendable {
    private let members = Mutex<Set<String>>([])

    /// False if it is being asked already.
    func begin(_ member: String) -> Bool { members.withLock { $0.insert(member).inserted } }

    func end(_ member: String) { members.withLock { _ = $0.remove(member) } }
}
