import CacheModel

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

    /// Until cancelled.
    func run() async {
        var round = 0
        while !Task.isCancelled {
            try? await Task.sleep(until: Self.next(every: pulse.interval), tolerance: pulse.interval / 20, clock: .continuous)
            round += 1
            guard let (group, asked) = world.read({ targets(in: $0, withReplicas: round % Self.roundsPerReplica == 0) }) else { continue }
            // Most groups have one primary, and most rounds ask it alone.
            if asked.count == 1 {
                await ask(asked[0], of: group)
                continue
            }
            await withDiscardingTaskGroup { tasks in
                for member in asked { tasks.addTask { await ask(member, of: group) } }
            }
        }
    }

    /// The same moments for all groups: a hundred questions at once wake far fewer threads than a hundred on their own.
    private static func next(every interval: Duration) -> ContinuousClock.Instant {
        let passed = ContinuousClock.now - beginning
        return beginning + interval * (Int(passed / interval) + 1)
    }

    private static let beginning = ContinuousClock.now

    private func targets(in state: borrowing WorldState, withReplicas: Bool) -> (ReplicationGroup, [Member])? {
        guard let group = state.groups[key]?.value, group.wasAvailable, group.status != .deleting else { return nil }
        let primaries = Set(group.nodeGroups.map(\.primary))
        let running = group.members.filter { member in
            if case .running = state.statuses[member.process]?.phase { true } else { false }
        }
        pulse.forget(allBut: Set(running.map(\.id)))
        return (group, running.filter { withReplicas || primaries.contains($0.id) || pulse.silence(of: $0.id) > .zero })
    }

    /// Asks until there is an answer or the deadline is over: once, where nothing comes back; again and again, where something refuses.
    private func ask(_ member: Member, of group: ReplicationGroup) async {
        let start = ContinuousClock.now
        var left = hangDeadline
        while left > .zero, !Task.isCancelled {
            if await wire.answers(member, of: group, within: left) { return pulse.answered(member.id) }
            try? await Task.sleep(for: min(Self.pause, max(.zero, hangDeadline - (.now - start))))
            left = hangDeadline - (.now - start)
        }
        guard !Task.isCancelled else { return }
        pulse.unanswered(member.id, askedAt: start, now: .now)
        if pulse.silence(of: member.id) >= hangDeadline { signal.raise() }
    }
}
