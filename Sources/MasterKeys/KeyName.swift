package import CacheModel

/// What a key is asked for by: `KmsKeyId` in any of its forms.
package enum KeyName: Sendable, Equatable {
    case id(String)
    /// Without `alias/`.
    case alias(String)

    /// The world that an ARN names; else nil, and the asker's is meant.
    package struct Reference: Sendable, Equatable {
        package let name: KeyName
        package let realm: Realm?

        /// Nil for a text that names no key in any form.
        package init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.first == "arn" else {
                guard let name = KeyName(plain: text) else { return nil }
                (self.name, realm) = (name, nil)
                return
            }
            guard parts.count == 6, parts[1].hasPrefix("aws"), parts[2] == "kms" else { return nil }
            let resource = parts[5].hasPrefix("key/") ? String(parts[5].dropFirst(4)) : String(parts[5])
            guard let name = KeyName(plain: resource), parts[5].hasPrefix("key/") != resource.hasPrefix(KeyName.aliasPrefix) else {
                return nil
            }
            self.name = name
            realm = Realm(region: String(parts[3]), account: String(parts[4]))
        }
    }

    package static let aliasPrefix = "alias/"

    private init?(plain text: String) {
        if text.hasPrefix(Self.aliasPrefix) {
            let alias = String(text.dropFirst(Self.aliasPrefix.count))
            guard Self.isAlias(alias) else { return nil }
            self = .alias(alias)
        } else {
            guard (1...200).contains(text.utf8.count), text.utf8.allSatisfy({ Self.isWord($0) && $0 != UInt8(ascii: "/") }) else {
                return nil
            }
            self = .id(text)
        }
    }

    /// Letters, digits, `/`, `_` and `-`; those that begin with `aws/` are the real service's own.
    package static func isAlias(_ text: String) -> Bool {
        (1...250).contains(text.utf8.count) && text.utf8.allSatisfy(isWord) && !text.hasPrefix("aws/")
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}

extension Sequence where Element == MasterKey {
    /// Whether it is disabled or not. `realm` is the asker's: an id or an alias is looked for there, and a key of another world is none.
    package func key(named text: String, in realm: Realm) -> MasterKey? {
        guard let reference = KeyName.Reference(text), reference.realm ?? realm == realm else { return nil }
        return first { key in
            guard key.realm == realm else { return false }
            return switch reference.name {
            case .id(let id): key.id == id.lowercased()
            case .alias(let alias): key.aliases.contains(alias)
            }
        }
    }
}
