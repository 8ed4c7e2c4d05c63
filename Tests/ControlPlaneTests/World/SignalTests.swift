import Testing

@testable import ControlPlane

@Suite(.timeLimit(.minutes(1))) struct SignalTests {
    private static let long = Duration.seconds(3600)

    @Test func raisedBeforeItIsAwaited() async {
        let signal = Signal()
        signal.raise()
        signal.raise()
        await signal.wait(atMost: Self.long)
        // Told once: the next wait lasts.
        let start = ContinuousClock.now
        await signal.wait(atMost: .milliseconds(10))
        #expect(ContinuousClock.now - start >= .milliseconds(10))
    }

    @Test func raisedWhileItIsAwaited() async {
        let signal = Signal()
        async let waited: Void = signal.wait(atMost: Self.long)
        for _ in 0..<100 { await Task.yield() }
        signal.raise()
        await waited
    }

    @Test func cancelled() async {
        let signal = Signal()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signal.wait(atMost: Self.long) }
            group.cancelAll()
        }
    }

    @Test func raisedByManyAtOnceNeverHangs() async {
        let signal = Signal()
        for _ in 0..<200 {
            async let first: Void = Task.yield()
            async let second: Void = signal.wait(atMost: Self.long)
            signal.raise()
            signal.raise()
            _ = await (first, second)
        }
    }
}
