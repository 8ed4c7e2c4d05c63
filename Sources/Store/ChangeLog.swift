import Synchronization

/// Hands every committed change to every watcher of its keys, in the order of revisions, each exactly once.
///
/// A watcher may fall behind as far as the log reaches back. Beyond that its stream finishes, and it lists again.
final class ChangeLog: Sendable {
    private struct Watcher {
        let prefix: String
        let after: Int64
        let continuation: AsyncStream<Change>.Continuation
    }

    private struct State {
        var recent: RecentChanges
        var revision: Int64
        var watchers: [Int: Watcher] = [:]
        var nextWatcher = 0
        var closed = false
    }

    private let limit: Int
    private let state: Mutex<State>

    init(revision: Int64, limit: Int) {
        self.limit = limit
        self.state = Mutex(State(recent: RecentChanges(base: revision, limit: limit), revision: revision))
    }

    /// The revision of the last change published.
    var revision: Int64 { state.withLock { $0.revision } }

    func publish(_ changes: [Change]) {
        // A stream is finished outside the lock, because its termination handler takes the lock.
        let lagging = state.withLock { state in
            var lagging: [AsyncStream<Change>.Continuation] = []
            for change in changes {
                state.recent.append(change)
                state.revision = change.revision
                for (id, watcher) in state.watchers where change.revision > watcher.after {
                    guard let seen = change.under(watcher.prefix) else { continue }
                    if case .enqueued = watcher.continuation.yield(seen) { continue }
                    state.watchers[id] = nil
                    lagging.append(watcher.continuation)
                }
            }
            return lagging
        }
        for continuation in lagging { continuation.finish() }
    }

    func watch(prefix: String, after revision: Int64) -> AsyncStream<Change> {
        let (stream, continuation) = AsyncStream.makeStream(of: Change.self, bufferingPolicy: .bufferingOldest(limit))
        let id: Int? = state.withLock { state in
            guard !state.closed, let missed = state.recent.after(revision) else { return nil }
            for change in missed {
                guard let seen = change.under(prefix) else { continue }
                guard case .enqueued = continuation.yield(seen) else { return nil }
            }
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = Watcher(prefix: prefix, after: revision, continuation: continuation)
            return state.nextWatcher
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.watchers[id] = nil }
        }
        return stream
    }

    /// Begins anew at a revision, after changes that this log did not see: every watcher's stream finishes.
    func reset(to revision: Int64) {
        finishAll { state in
            state.recent = RecentChanges(base: revision, limit: limit)
            state.revision = revision
        }
    }

    func close() {
        finishAll { $0.closed = true }
    }

    private func finishAll(_ change: (inout State) -> Void) {
        let watchers = state.withLock { state in
            change(&state)
            defer { state.watchers = [:] }
            return state.watchers.values.map(\.continuation)
        }
        for continuation in watchers { continuation.finish() }
    }
}
