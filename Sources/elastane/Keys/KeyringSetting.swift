import ArgumentParser
import Foundation
import Host
import Logging
import MasterKeys
import SecretFiles

/// Where master keys are kept, and which key management service is asked for others.
struct KeyringSetting {
    let file: KeyringFile
    private let kms: KMSClient?

    /// Throws a `ValidationError` that says what is wrong with the environment.
    init(_ option: String?, dataDirectory: String) throws {
        file = Self.file(option, dataDirectory: dataDirectory)
        kms = try Self.kms()
    }

    static func file(_ option: String?, dataDirectory: String) -> KeyringFile {
        let path = Setting.text(option, "ELASTANE_KEYRING") ?? "\(dataDirectory)/\(KeyringFile.defaultName)"
        return KeyringFile(path: Setting.absolutePath(path))
    }

    /// What a data directory remembers by that it has had keys.
    private static let kept = "keyring.kept"

    /// The keys to serve with. The service's own is made by the first service of a data directory: where there were keys, a file that is gone
    /// is to be brought back, not another one made in its place. A file that can't be read is no reason not to serve: groups that run go on, and
    /// what fails for want of a key says so.
    func open(in data: DataDirectory, now: Date, _ logger: Logger) -> EnvelopeKeys {
        do {
            let isKept = try data.text(of: Self.kept) != nil
            guard try !isKept || file.file.mark() != nil else {
                logger.error(
                    "the keyring is missing: until it is brought back no group can be encrypted at rest, or start on what was sealed",
                    metadata: ["file": "\(file.file.path)"])
                return keys
            }
            try Keyring(file: file).open(now: now)
            if !isKept { try data.write("1\n", to: Self.kept) }
        } catch {
            logger.error("the keyring can't be read: no group can be encrypted at rest", metadata: ["reason": "\(error)"])
        }
        return keys
    }

    var keys: EnvelopeKeys { EnvelopeKeys(keyring: Keyring(file: file), kms: kms) }

    /// Nil where none is named.
    private static func kms() throws -> KMSClient? {
        guard let text = Setting.text(nil, "AWS_ENDPOINT_URL_KMS") else { return nil }
        guard let endpoint = KMSEndpoint(text) else {
            throw ValidationError(
                "AWS_ENDPOINT_URL_KMS must be an https URL, or an http URL of this machine: data keys come back from there in clear.")
        }
        guard let id = Setting.text(nil, "AWS_ACCESS_KEY_ID"), let secret = Setting.text(nil, "AWS_SECRET_ACCESS_KEY") else {
            throw ValidationError("AWS_ENDPOINT_URL_KMS needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, to sign with.")
        }
        return KMSClient(
            endpoint: endpoint, credentials: .init(accessKeyID: id, secret: secret), authorities: Setting.text(nil, "AWS_CA_BUNDLE"))
    }
}
