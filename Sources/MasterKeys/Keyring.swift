package import CacheModel
package import Foundation
package import Sealing
import SecretFiles
import Synchronization

/// The master keys of a file, read again when it has changed.
package final class Keyring: Sendable {
    private struct State {
        var mark: SecretFile.Mark?
        var keys: [MasterKey] = []
    }

    package let file: KeyringFile
    private let state = Mutex(State())

    package init(file: KeyringFile) {
        self.file = file
    }

    /// Makes the service's own key, where there is none yet: it is there before anything is sealed under it.
    package func open(now: Date) throws {
        try file.update { keys in
            if !keys.contains(where: \.isService) { keys.append(MasterKey(realm: nil, now: now)) }
        }
    }

    /// Nil where there is no such key.
    package func key(named name: String, in realm: Realm) throws(KeyFailure) -> MasterKey? { try keys().key(named: name, in: realm) }

    package var serviceKey: MasterKey {
        get throws(KeyFailure) {
            guard let key = try keys().first(where: \.isService) else { throw .unknown(MasterKey.serviceName) }
            return key
        }
    }

    package func unwrap(_ wrapped: WrappedKey) throws(KeyFailure) -> DataKey {
        guard let key = try keys().first(where: { $0.id == wrapped.key }) else { throw .unknown("\(wrapped.key) in \(file.file.path)") }
        return try key.unwrap(wrapped)
    }

    /// A file that can't be read is no answer: what was read before may have been disabled since.
    private func keys() throws(KeyFailure) -> [MasterKey] {
        do throws(SecretFile.Failure) {
            let mark = try file.file.mark()
            if let mark, let known = state.withLock({ $0.mark == mark ? $0.keys : nil }) { return known }
            let keys = try file.read()
            state.withLock { $0 = State(mark: mark, keys: keys) }
            return keys
        } catch {
            throw .unreachable("the keyring can't be read: \(error)")
        }
    }
}
