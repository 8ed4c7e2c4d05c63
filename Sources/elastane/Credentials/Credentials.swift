import Access
import ArgumentParser
import Foundation

struct Credentials: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep the access keys that requests must be signed with.",
        discussion: """
            A service that runs takes a change up within a second. Once there is a file, only its keys are accepted. It holds the \
            secrets themselves, since signatures are made with them: it is its owner's alone (mode 0600).
            """,
        subcommands: [AddCredentials.self, ListCredentials.self, DisableCredentials.self, EnableCredentials.self, RemoveCredentials.self])
}

/// Which file is meant.
struct CredentialsLocation: ParsableArguments {
    @Option(help: "The file with the keys. (ELASTANE_CREDENTIALS; default credentials.json in the data directory)")
    var credentials: String?

    @Option(help: "The data directory of the service. (ELASTANE_DATA_DIR; default ~/.elastane)")
    var dataDir: String?

    var file: CredentialsFile { setting.file }

    private var setting: CredentialsSetting {
        let directory = Setting.text(dataDir, "ELASTANE_DATA_DIR") ?? ServeSettings.defaultDirectory(isEphemeral: false)
        return CredentialsSetting(credentials, dataDirectory: directory)
    }

    func keys() throws -> [AccessKey] { try saying { try file.existing() } }

    /// Throws a `ServeFailure` for an id that no key has.
    func change(_ id: String, _ body: (inout [AccessKey], Int) -> Void) throws {
        try update { keys in
            guard let place = keys.firstIndex(where: { $0.id == id }) else {
                throw ServeFailure("There is no key \(id) in \(file.path).")
            }
            body(&keys, place)
        }
    }

    func update(_ body: (inout [AccessKey]) throws -> Void) throws {
        try saying {
            try file.update { keys in
                try body(&keys)
                // Where the data directory's own file is gone one day, the next start has to know that there was one. Of any other file it
                // isn't said here whose it is; the service that is given it remembers.
                if !setting.isNamed { try setting.kept.remember() }
            }
        }
    }

    /// Of the file's failures a sentence.
    private func saying<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch CredentialsFile.Failure.system(let path, let code) where code == ENOENT {
            throw ServeFailure("There is no file \(path).")
        } catch let failure as CredentialsFile.Failure {
            throw ServeFailure("\(failure).")
        }
    }
}
