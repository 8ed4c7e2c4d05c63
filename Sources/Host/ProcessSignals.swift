import CacheModel
import Foundation
package import Store

/// Signals to the processes that the records speak of.
package struct ProcessSignals: Sendable {
    private let store: any Store

    package init(store: any Store) {
        self.store = store
    }

    /// Signals the very process that is on record as running, never a later one with its number. SIGKILL also ends what it forked.
    ///
    /// Returns false if it was not delivered: none is on record as running, or it has ended.
    package func send(_ signal: Int32, to process: String) async throws -> Bool {
        guard let record = try await store.get(ProcessStatus.key(process)),
            case .running(let identity) = try ProcessRecords.status(record.value).phase,
            let handle = ProcessHandle(identity), !handle.hasEnded
        else { return false }
        guard signal == SIGKILL else { return handle.signal(signal) }
        handle.kill()
        return true
    }
}
