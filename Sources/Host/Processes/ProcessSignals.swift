import CacheModel
import Foundation
package import Store

/// Signals to processes by their id: faults for those who try what a group does about them.
package struct ProcessSignals: Sendable {
    private let store: any Store

    package init(store: any Store) {
        self.store = store
    }

    /// Sends the signal to the very process that the status speaks of, SIGKILL also to whatever that forked.
    ///
    /// Returns false where it does not run, whatever has its number now.
    ///
    /// - Throws: `StoreError` or `DecodingError` where the status can't be read; `HostError` where the signal is none, or the process
    ///   isn't ours to signal.
    package func send(_ signal: Int32, to process: String) async throws -> Bool {
        guard let record = try await store.get(ProcessStatus.key(process)),
            case .running(let identity) = try ProcessRecords.status(record.value).phase,
            let handle = ProcessHandle(identity), !handle.hasEnded
        else { return false }
        if signal == SIGKILL ? handle.kill() : handle.signal(signal) { return true }
        let failure = HostError.last("signal \(signal) to \(process)")
        guard !handle.hasEnded else { return false }
        throw failure
    }
}
