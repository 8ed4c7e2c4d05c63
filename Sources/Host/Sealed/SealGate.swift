import Foundation
import Synchronization

/// Lets a process's files be sealed, or its directory be changed: one at a time, and who changes it needn't wait for what is large.
final class SealGate: Sendable {
    /// Held for as long as a file takes: for threads of `BlockingCalls` alone.
    private let turn = NSLock()
    private let waiting = Atomic(0)
    private let isOver = Atomic(false)

    /// Blocks. `body` is to end soon after `isWanted` says no.
    func sealing<Result>(_ body: (_ isWanted: () -> Bool) throws(HostError) -> Result) throws(HostError) -> Result {
        turn.lock()
        defer { turn.unlock() }
        return try body { waiting.load(ordering: .relaxed) == 0 && !isOver.load(ordering: .relaxed) }
    }

    /// From now on nothing is sealed, and what is being sealed is left: the agent ends.
    func close() { isOver.store(true, ordering: .relaxed) }

    /// Blocks for a moment: what is being sealed is left, and is sealed later.
    func changing<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        waiting.add(1, ordering: .relaxed)
        defer { waiting.subtract(1, ordering: .relaxed) }
        turn.lock()
        defer { turn.unlock() }
        return try body()
    }
}
