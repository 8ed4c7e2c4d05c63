import Access
import Logging

/// Which file the access keys are in.
struct CredentialsSetting {
    static let defaultName = "credentials.json"

    let file: CredentialsFile
    let kept: KeptKeys
    /// Whether the operator named it, so that it has to be there.
    let isNamed: Bool

    init(_ option: String?, dataDirectory: String) {
        let named = Setting.text(option, "ELASTANE_CREDENTIALS")
        file = CredentialsFile(path: Setting.absolutePath(named ?? "\(dataDirectory)/\(Self.defaultName)"))
        kept = KeptKeys(dataDirectory: Setting.absolutePath(dataDirectory))
        isNamed = named != nil
    }

    /// Throws a `ServeFailure` that says what is wrong with the file.
    func keyRing(logger: Logger) throws -> KeyRing {
        let keys: KeyRing
        do throws(CredentialsFile.Failure) {
            keys = try KeyRing(file: file, kept: kept, isRequired: isNamed, logger: logger)
        } catch {
            throw ServeFailure("The access keys can't be read: \(error).")
        }
        if keys.isClosed {
            logger.notice("requests must be signed with an access key", metadata: ["file": "\(file.path)", "keys": "\(keys.count)"])
        } else {
            logger.warning("no access keys are kept: any key is accepted, and requests without one (`elastane credentials add` makes one)")
        }
        return keys
    }
}
