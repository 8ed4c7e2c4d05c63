import Access
import ArgumentParser
import Foundation

struct AddCredentials: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Make a key and print it: the secret is told only now.")

    @OptionGroup
    var location: CredentialsLocation

    @Option(help: "The account that it speaks for: 12 digits. (ELASTANE_ACCOUNT_ID; default 000000000000)")
    var accountId: String?

    @Option(help: "Whose it is, for messages and the audit log.")
    var user = "operator"

    @Option(help: "A file with what it may do, in the form of an IAM policy. Without one it may do everything in its account.")
    var policy: String?

    @Option(help: "The key's id, instead of a random one. Its secret is then read from standard input, one line.")
    var keyId: String?

    func run() throws {
        let key = try newKey(account: Setting.text(accountId, "ELASTANE_ACCOUNT_ID") ?? "000000000000")
        if let mistake = key.mistake { throw ValidationError("The key can't be kept: \(mistake).") }
        try FileManager.default.createDirectory(
            at: URL(fileURLWithPath: location.file.path).deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try location.update { keys in
            guard !keys.contains(where: { $0.id == key.id }) else { throw ServeFailure("There is a key \(key.id) already.") }
            keys.append(key)
        }
        print("AWS_ACCESS_KEY_ID=\(key.id)")
        if keyId == nil { print("AWS_SECRET_ACCESS_KEY=\(key.secret)") }
    }

    private func newKey(account: String) throws -> AccessKey {
        let policy = try self.policy.map(Self.readPolicy)
        guard let keyId else { return .random(account: account, user: user, policy: policy, now: Date()) }
        guard let secret = readLine(strippingNewline: true) else {
            throw ValidationError("The secret of \(keyId) is read from standard input, where there was none.")
        }
        return AccessKey(id: keyId, secret: secret, account: account, user: user, created: Date(), policy: policy)
    }

    private static func readPolicy(_ path: String) throws -> AccessPolicy {
        guard let data = FileManager.default.contents(atPath: path) else { throw ValidationError("--policy \(path) can't be read.") }
        do {
            return try AccessPolicy(json: data)
        } catch {
            throw ValidationError("--policy \(path) is not taken: \(error).")
        }
    }
}
