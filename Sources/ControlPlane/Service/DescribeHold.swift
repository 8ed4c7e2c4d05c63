import CacheModel
import ServiceLifecycle

extension World {
    /// Waits while the group is in a passing state, so that a client that asks again and again is told of the next state at once
    /// and not a polling interval later. Returns at the latest after `hold`.
    func holdWhilePassing(_ key: GroupKey, atMost hold: Duration) async {
        guard hold > .zero, let first = read({ $0.status(of: key) }), first.isPassing else { return }
        let deadline = ContinuousClock.now + hold
        // Nor does it hold up the end of the service.
        await cancelWhenGracefulShutdown { await self.wait(until: deadline, whileGroup: key, is: first) }
    }

    private func wait(until deadline: ContinuousClock.Instant, whileGroup key: GroupKey, is first: GroupStatus) async {
        await watching(key) { signal in
            while !Task.isCancelled, read({ $0.status(of: key) }) == first {
                let left = deadline - .now
                guard left > .zero else { return }
                await signal.wait(atMost: left)
            }
        }
    }
}
