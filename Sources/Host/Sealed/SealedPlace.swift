import CacheModel
import Logging
import Sealing
import Synchronization

/// A process whose files are sealed, as one agent looks after it.
final class SealedPlace: Sendable {
    private struct State {
        var isBusy = false
        /// What is known to be on the disk as it is in memory.
        var known: [String: FileMark] = [:]
        /// Told last.
        var problem: String?
    }

    let directory: ProcessDirectory
    let gate = SealGate()
    private let state: Mutex<State>
    private let tell: @Sendable (String?) -> Void

    /// `tell` hears why nothing can be sealed, and that it can again; `told` is what it was told last.
    init(_ directory: ProcessDirectory, told: String?, tell: @escaping @Sendable (String?) -> Void) {
        self.directory = directory
        state = Mutex(State(problem: told))
        self.tell = tell
    }

    /// Seals what is new in memory. Does nothing while it is at it already.
    func look(_ keys: any DataKeys, _ blocking: BlockingCalls, _ sealing: BlockingCalls, _ logger: Logger) async {
        guard let seal = directory.seal, begin() else { return }
        defer { state.withLock { $0.isBusy = false } }
        let key: DataKey
        do throws(KeyFailure) {
            key = try await keys.open(seal.key)
        } catch {
            return report("its key can't be had: \(error)", logger)
        }
        let known = state.withLock { $0.known }
        let (due, learnt) = await blocking.run { [directory] in
            var known = known
            return (directory.unsealed(known: &known), known)
        }
        state.withLock { $0.known = learnt }
        do throws(HostError) {
            for file in due {
                try await sealing.run { [directory, gate] () throws(HostError) in
                    try gate.sealing { isWanted throws(HostError) in try directory.seal(file, key, while: isWanted) }
                }
                state.withLock { $0.known[file.name] = file.mark }
            }
            report(nil, logger)
        } catch .interrupted {
            // Somebody starts the process anew, or the agent ends: it is looked at again after that.
        } catch {
            report("\(error)", logger)
        }
    }

    private func begin() -> Bool {
        state.withLock { state in
            guard !state.isBusy else { return false }
            state.isBusy = true
            return true
        }
    }

    private func report(_ problem: String?, _ logger: Logger) {
        let isNew = state.withLock { state in
            defer { state.problem = problem }
            return state.problem != problem
        }
        guard isNew else { return }
        if let problem {
            logger.error("What is saved does not get onto the disk", metadata: ["process": "\(directory.process)", "reason": "\(problem)"])
        } else {
            logger.notice("What is saved gets onto the disk again", metadata: ["process": "\(directory.process)"])
        }
        tell(problem)
    }
}
