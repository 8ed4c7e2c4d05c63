import ArgumentParser
import Foundation
import MasterKeys
import SecretFiles

struct CreateKey: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "create", abstract: "Make a key and print its ARN.")

    @OptionGroup
    var location: KeyringLocation

    @OptionGroup
    var realm: KeyRealm

    @Option(help: "Another name for it, with or without alias/.")
    var alias: String?

    func run() throws {
        let name = alias.map { $0.hasPrefix(KeyName.aliasPrefix) ? String($0.dropFirst(KeyName.aliasPrefix.count)) : $0 }
        if let name, !KeyName.isAlias(name) {
            throw ValidationError("--alias \(name) is no alias: letters, digits, /, _ and -, and not beginning with aws/.")
        }
        let key = MasterKey(realm: try realm.realm(), alias: name, now: Date())
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: location.file.file.path).deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try location.update { keys in
            if let name, keys.contains(where: { $0.realm == key.realm && $0.aliases.contains(name) }) {
                throw ServeFailure("There is a key alias/\(name) already.")
            }
            keys.append(key)
        }
        print(key.arn)
    }
}
