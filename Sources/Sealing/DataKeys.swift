package import CacheModel

/// Who makes data keys, and can tell what they are: the only way from a wrapped key to one that seals.
package protocol DataKeys: Sendable {
    /// A new data key under a master key that is named by id, alias or ARN; nil: the service's own.
    func issue(under name: String?, in realm: Realm, context: [String: String]) async throws(KeyFailure) -> WrappedKey

    /// Asked anew for each use, so that a master key that was disabled is not used.
    func open(_ wrapped: WrappedKey) async throws(KeyFailure) -> DataKey
}

/// Why a data key can't be had. The texts are for people, and hold no secret.
package enum KeyFailure: Error, Sendable, Equatable {
    /// There is no such master key.
    case unknown(String)
    case disabled(String)
    /// It exists, and is not to be used for this.
    case refused(String)
    /// Whether it exists can't be told: nobody answers, or the file can't be read.
    case unreachable(String)
}

extension KeyFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let key): "there is no key \(key)"
        case .disabled(let key): "the key \(key) is disabled"
        case .refused(let reason), .unreachable(let reason): reason
        }
    }
}
