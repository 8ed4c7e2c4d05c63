import Dispatch
import Synchronization

/// Threads for calls that block (spawning, copying, removing), so that they never occupy the few threads that run Swift's tasks.
///
/// At most `limit` calls run at once; the others wait their turn in order.
final class BlockingCalls: Sendable {
    private struct Turns {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let limit: Int
    private let queue = DispatchQueue(label: "host.blocking", qos: .userInitiated, attributes: .concurrent)
    private let turns = Mutex(Turns())

    init(limit: Int = 16) {
        self.limit = limit
    }

    /// Runs the call to its end, also when the calling task is cancelled meanwhile.
    func run<Value: Sendable, Failure: Error>(
        _ call: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            submit { continuation.resume(returning: Result(catching: call)) }
        }
        return try result.get()
    }

    private func submit(_ job: @escaping @Sendable () -> Void) {
        let admitted = turns.withLock { turns in
            guard turns.running < limit else {
                turns.waiting.append(job)
                return false
            }
            turns.running += 1
            return true
        }
        guard admitted else { return }
        queue.async { [self] in
            var next: (@Sendable () -> Void)? = job
            while let current = next {
                current()
                next = turns.withLock { turns in
                    guard turns.waiting.isEmpty else { return turns.waiting.removeFirst() }
                    turns.running -= 1
                    return nil
                }
            }
        }
    }
}
