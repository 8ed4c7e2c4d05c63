import CacheModel
import Sealing
import Synchronization

/// One data key for all, which can be had or not.
final class TestKeys: DataKeys {
    static let wrapped = WrappedKey(keeper: .keyring, key: "k", version: 1, ciphertext: "", context: [:])

    let key = DataKey.random()
    private let failure = Mutex<KeyFailure?>(nil)

    func fail(_ failure: KeyFailure?) { self.failure.withLock { $0 = failure } }

    func issue(under name: String?, in realm: Realm, context: [String: String]) async throws(KeyFailure) -> WrappedKey { Self.wrapped }

    func open(_ wrapped: WrappedKey) async throws(KeyFailure) -> DataKey {
        if let failure = failure.withLock({ $0 }) { throw failure }
        return key
    }
}

extension ProcessSpec {
    func sealed(_ files: [String] = ["dump.rdb", "nodes.conf"]) -> ProcessSpec {
        var copy = self
        copy.seal = Seal(key: TestKeys.wrapped, files: files)
        return copy
    }
}
