package import CacheModel
import Crypto
package import Foundation
import Sealing

/// A key of the keyring, under which data keys are sealed. It never leaves this program.
package struct MasterKey: Codable, Sendable, Equatable {
    /// Its secret, at one time. Earlier ones are kept: what was sealed under them is opened with them.
    struct Version: Codable, Sendable, Equatable {
        let number: Int
        let created: Date
        /// 256 bits, base 64.
        let secret: String
    }

    package let id: String
    /// Whose it is; nil: the service's own, for groups of all accounts that name no key.
    package let realm: Realm?
    /// Without `alias/`.
    package var aliases: [String]
    package var isDisabled: Bool
    package let created: Date
    /// The latest last.
    private(set) var versions: [Version]

    /// `now` to the second, as it is written.
    package init(realm: Realm?, alias: String? = nil, now: Date) {
        id = UUID().uuidString.lowercased()
        self.realm = realm
        aliases = alias.map { [$0] } ?? []
        isDisabled = false
        created = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        versions = []
        rotate(now: created)
    }

    /// The name by which the service's own key is known.
    package static let serviceName = "sse-elasticache"

    package var isService: Bool { realm == nil }

    /// `arn:aws:kms:us-east-1:000000000000:key/...`
    package var arn: String { realm.map { "arn:aws:kms:\($0.region):\($0.account):key/\(id)" } ?? Self.serviceName }

    package var version: Int { versions.last?.number ?? 0 }

    /// From now on data keys are sealed under a new secret.
    package mutating func rotate(now: Date) {
        let secret = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
        let time = Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
        versions.append(Version(number: version + 1, created: time, secret: secret))
    }

    /// What is wrong with it; nil if nothing is.
    var mistake: String? {
        if UUID(uuidString: id) == nil { return "the key \(id) has no id of a key" }
        if let alias = aliases.first(where: { !KeyName.isAlias($0) }) { return "\(alias) is no alias" }
        let numbers = versions.map(\.number)
        guard !numbers.isEmpty, numbers == numbers.sorted(), Set(numbers).count == numbers.count,
            versions.allSatisfy({ Data(base64Encoded: $0.secret)?.count == DataKey.size })
        else { return "a version of the key \(id) is malformed" }
        return nil
    }
}

extension MasterKey {
    func wrap(_ key: DataKey, context: [String: String]) throws(KeyFailure) -> WrappedKey {
        guard !isDisabled else { throw .disabled(arn) }
        guard let latest = versions.last, let secret = Self.secret(latest) else { throw .refused("the key \(arn) is malformed") }
        do {
            let box = try key.withBytes { try AES.GCM.seal(Data($0), using: secret, authenticating: associated(latest.number, context)) }
            guard let sealed = box.combined else { throw KeyFailure.refused("the key \(arn) could not be used") }
            return WrappedKey(
                keeper: .keyring, key: id, version: latest.number, ciphertext: sealed.base64EncodedString(), context: context)
        } catch {
            throw .refused("the key \(arn) could not be used")
        }
    }

    func unwrap(_ wrapped: WrappedKey) throws(KeyFailure) -> DataKey {
        guard !isDisabled else { throw .disabled(arn) }
        guard let version = versions.first(where: { $0.number == wrapped.version }), let secret = Self.secret(version) else {
            throw .unknown("\(arn) of version \(wrapped.version ?? 0)")
        }
        do {
            let box = try AES.GCM.SealedBox(combined: Data(base64Encoded: wrapped.ciphertext) ?? Data())
            let bytes = try AES.GCM.open(box, using: secret, authenticating: associated(version.number, wrapped.context))
            if let key = DataKey(bytes) { return key }
        } catch {}
        throw .refused("the data key was not sealed with the key \(arn), or has been changed since")
    }

    private static func secret(_ version: Version) -> SymmetricKey? { Data(base64Encoded: version.secret).map { SymmetricKey(data: $0) } }

    /// What the sealed data key is bound to.
    private func associated(_ version: Int, _ context: [String: String]) -> Data {
        let lines =
            ["\(id) \(version)"]
            + context.sorted { $0.key < $1.key }.map { "\($0.key.utf8.count) \($0.key)=\($0.value.utf8.count) \($0.value)" }
        return Data(lines.joined(separator: "\n").utf8)
    }
}
