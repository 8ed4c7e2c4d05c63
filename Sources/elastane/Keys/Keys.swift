import ArgumentParser
import CacheModel
import Foundation
import MasterKeys
import SecretFiles

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep the master keys of groups that are encrypted at rest.",
        discussion: """
            A service that runs takes a change up at once. Keep a copy of the file in a safe place: without it, nobody can read what was \
            encrypted under its keys. As long as it lies on the same disk as the data, whoever takes that disk has both.
            """,
        subcommands: [CreateKey.self, ListKeys.self, RotateKey.self, DisableKey.self, EnableKey.self])
}

/// Which file is meant, and whose keys.
struct KeyringLocation: ParsableArguments {
    @Option(help: "The file with the keys. (ELASTANE_KEYRING; default keyring.json in the data directory)")
    var keyring: String?

    @Option(help: "The data directory of the service. (ELASTANE_DATA_DIR; default ~/.elastane)")
    var dataDir: String?

    var file: KeyringFile {
        KeyringSetting.file(
            keyring, dataDirectory: Setting.text(dataDir, "ELASTANE_DATA_DIR") ?? ServeSettings.defaultDirectory(isEphemeral: false))
    }

    func keys() throws -> [MasterKey] { try saying { try file.existing() } }

    func update<Result>(_ body: (inout [MasterKey]) throws -> Result) throws -> Result { try saying { try file.update(body) } }

    /// Of the file's failures a sentence.
    private func saying<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let failure as SecretFile.Failure {
            throw ServeFailure("\(failure).")
        }
    }
}

/// The world that a key is of, and that an id or an alias is looked for in.
struct KeyRealm: ParsableArguments {
    @Option(help: "The region of the key. (ELASTANE_REGION; default us-east-1)")
    var region: String?

    @Option(help: "The account of the key. (ELASTANE_ACCOUNT_ID; default 000000000000)")
    var accountId: String?

    func realm() throws -> Realm {
        let region = Setting.text(region, "ELASTANE_REGION") ?? "us-east-1"
        guard Region(region) != nil else { throw ValidationError("--region \(region) is not a region's name, such as us-east-1.") }
        let account = Setting.text(accountId, "ELASTANE_ACCOUNT_ID") ?? "000000000000"
        guard account.count == 12, account.allSatisfy({ ("0"..."9").contains($0) }) else {
            throw ValidationError("--account-id must have 12 digits. It was \(account).")
        }
        return Realm(region: region, account: account)
    }
}

/// One key that is there.
struct KnownKey: ParsableArguments {
    @OptionGroup
    var location: KeyringLocation

    @OptionGroup
    var realm: KeyRealm

    @Argument(help: "The key's id, alias/NAME or ARN; sse-elasticache for the service's own.")
    var key: String

    /// Throws a `ServeFailure` for a name that no key has.
    func change(_ body: (inout MasterKey) throws -> Void) throws -> MasterKey {
        let home = try realm.realm()
        return try location.update { keys in
            let found =
                key == MasterKey.serviceName
                ? keys.first(where: \.isService) : keys.key(named: key, in: KeyName.Reference(key)?.realm ?? home)
            guard let found, let place = keys.firstIndex(where: { $0.id == found.id }) else {
                throw ServeFailure("There is no key \(key) in \(location.file.file.path).")
            }
            try body(&keys[place])
            return keys[place]
        }
    }
}
