package import Logging
import SecretFiles
import Synchronization

/// The keys that are in force: those of a file, read again when it has changed.
///
/// Without a file every key is accepted, unless one is required. Once there was one it stays required, also after a restart: a file that is
/// gone or can't be read must not open the door. Of one that can't be read the keys read last stay in force.
package final class KeyRing: Sendable {
    private struct State {
        /// Of the file that the keys were read from.
        var mark: SecretFile.Mark?
        /// Nil: no keys are kept.
        var keys: [String: AccessKey]?
        /// Said last of a file that can't be read, so that it is said once.
        var complaint: String?
    }

    private let file: CredentialsFile
    private let kept: KeptKeys
    private let logger: Logger
    private let state: Mutex<State>

    /// Throws if there is a file that can't be read, or none where one is required or was kept.
    package init(file: CredentialsFile, kept: KeptKeys, isRequired: Bool, logger: Logger) throws(CredentialsFile.Failure) {
        self.file = file
        self.kept = kept
        self.logger = logger
        let mark = try file.mark()
        guard mark != nil || isRequired else {
            if try kept.isRemembered() { throw .lost(file.path, kept: kept.path) }
            state = Mutex(State())
            return
        }
        state = Mutex(State(mark: mark, keys: Self.byID(try file.read())))
    }

    /// Whether requests must be signed with a known key.
    package var isClosed: Bool { state.withLock { $0.keys != nil } }

    /// How many keys are in force.
    package var count: Int { state.withLock { $0.keys?.values.count { !$0.isDisabled } ?? 0 } }

    /// Those that are in force, by id. Nil where no keys are kept.
    package var enabledKeys: [AccessKey]? {
        state.withLock { $0.keys?.values.filter { !$0.isDisabled } }?.sorted { $0.id < $1.id }
    }

    /// Nil if there is no such key, or it is disabled.
    package func key(_ id: String) -> AccessKey? {
        state.withLock { $0.keys?[id] }.flatMap { $0.isDisabled ? nil : $0 }
    }

    /// Has the data directory remember that keys are kept, if they are. Before the first request is answered.
    package func remember() throws(CredentialsFile.Failure) {
        if isClosed { try kept.remember() }
    }

    /// Reads the file if it has changed. For one caller at a time, who may have to wait for the disk.
    package func refresh() {
        let (known, isClosed) = state.withLock { ($0.mark, $0.keys != nil) }
        let mark: SecretFile.Mark?
        let keys: [String: AccessKey]
        do throws(CredentialsFile.Failure) {
            mark = try file.mark()
            guard mark != known else { return state.withLock { $0.complaint = nil } }
            // Nothing has been kept yet, and nothing is.
            if mark == nil, !isClosed { return }
            keys = Self.byID(try file.read())
        } catch {
            // Somebody has begun to keep keys: what can't be read lets nobody in.
            state.withLock { $0.keys = $0.keys ?? [:] }
            return complain("the access keys can't be read: those read last stay in force", error)
        }
        state.withLock { $0.keys = keys }
        do throws(CredentialsFile.Failure) {
            try remember()
        } catch {
            // The mark stays as it was, so that this is tried again.
            return complain("the access keys were read, but without their file the next start would not know of them", error)
        }
        state.withLock { $0 = State(mark: mark, keys: keys) }
        logger.notice("the access keys were read", metadata: ["file": "\(file.path)", "keys in force": "\(count)"])
    }

    /// Says it once.
    private func complain(_ message: Logger.Message, _ failure: CredentialsFile.Failure) {
        let complaint = "\(failure)"
        let isNew = state.withLock { state in
            defer { state.complaint = complaint }
            return state.complaint != complaint
        }
        if isNew { logger.error(message, metadata: ["reason": "\(complaint)"]) }
    }

    private static func byID(_ keys: [AccessKey]) -> [String: AccessKey] {
        Dictionary(keys.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }
}
