import Crypto
import Foundation
import Synchronization

/// The keys that signatures are made with: of a secret, one for each day, region and service.
///
/// Those that have proved right are kept, since four codes have to be computed for one: whoever lacks the secret can fill no place.
final class SigningKeys: Sendable {
    private static let limit = 1024

    private struct Name: Hashable {
        let secret: String
        let date: String
        let region: String
        let service: String
    }

    private let kept = Mutex<[Name: SymmetricKey]>([:])

    func key(_ secret: String, _ scope: CredentialScope) -> SymmetricKey {
        kept.withLock { $0[Self.name(secret, scope)] } ?? Self.derive(secret, scope)
    }

    func keep(_ key: SymmetricKey, _ secret: String, _ scope: CredentialScope) {
        let name = Self.name(secret, scope)
        kept.withLock { kept in
            guard kept[name] == nil else { return }
            if kept.count >= Self.limit { kept.removeAll() }
            kept[name] = key
        }
    }

    static func derive(_ secret: String, _ scope: CredentialScope) -> SymmetricKey {
        var key = SymmetricKey(data: Data("AWS4\(secret)".utf8))
        for part in [scope.date, scope.region, scope.service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
        return key
    }

    private static func name(_ secret: String, _ scope: CredentialScope) -> Name {
        Name(secret: secret, date: scope.date, region: scope.region, service: scope.service)
    }
}
