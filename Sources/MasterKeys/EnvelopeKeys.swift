package import CacheModel
package import Sealing
import Synchronization

/// Data keys under the keys of the keyring, and of a key management service where there is one.
///
/// A key that is named is looked for in the keyring first. Who names none gets the service's own, which is in the keyring.
package final class EnvelopeKeys: DataKeys {
    private struct Answer {
        let result: Result<DataKey, KeyFailure>
        let until: ContinuousClock.Instant
    }

    /// For how long an answer of the key management service counts: a key that is disabled there is used for so long at most. One that says no
    /// is asked again sooner.
    private static let answerLife: Duration = .seconds(60)
    private static let failureLife: Duration = .seconds(5)

    private let keyring: Keyring
    private let kms: KMSClient?
    private let answers = Mutex<[WrappedKey: Answer]>([:])

    package init(keyring: Keyring, kms: KMSClient?) {
        self.keyring = keyring
        self.kms = kms
    }

    package func issue(under name: String?, in realm: Realm, context: [String: String]) async throws(KeyFailure) -> WrappedKey {
        guard let name else { return try keyring.serviceKey.wrap(.random(), context: context) }
        if let key = try keyring.key(named: name, in: realm) { return try key.wrap(.random(), context: context) }
        guard let kms, KeyName.Reference(name) != nil else { throw .unknown(name) }
        return try await kms.generateDataKey(under: name, region: realm.region, context: context)
    }

    package func open(_ wrapped: WrappedKey) async throws(KeyFailure) -> DataKey {
        switch wrapped.keeper {
        case .keyring: return try keyring.unwrap(wrapped)
        case .kms:
            let now = ContinuousClock.now
            if let known = answers.withLock({ $0[wrapped] }), known.until > now { return try known.result.get() }
            let result = await decrypt(wrapped)
            let life = (try? result.get()) == nil ? Self.failureLife : Self.answerLife
            answers.withLock { answers in
                answers = answers.filter { $0.value.until > now }
                answers[wrapped] = Answer(result: result, until: .now + life)
            }
            return try result.get()
        }
    }

    private func decrypt(_ wrapped: WrappedKey) async -> Result<DataKey, KeyFailure> {
        guard let kms else {
            return .failure(.unreachable("the key \(wrapped.key) is a key management service's, and none is named (AWS_ENDPOINT_URL_KMS)"))
        }
        do throws(KeyFailure) {
            return .success(try await kms.decrypt(wrapped))
        } catch {
            return .failure(error)
        }
    }
}
