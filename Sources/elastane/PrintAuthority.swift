import ArgumentParser
import Certificates
import Foundation
import Host

struct PrintAuthority: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca", abstract: "Print the certificate of the authority that clients of encrypted groups are to trust.",
        discussion: "As PEM. Of groups that were made under another authority the former ones follow, until they are removed from "
            + "authorities.pem in the data directory.")

    @Option(help: "The data directory. (ELASTANE_DATA_DIR; default ~/.elastane)")
    var dataDir: String?

    func run() throws {
        let path = Setting.text(dataDir, "ELASTANE_DATA_DIR") ?? ServeSettings.defaultDirectory(isEphemeral: false)
        // A directory that can't be looked into may have one: that is told as it is.
        let isAbsent = access(path, F_OK) != 0 && errno == ENOENT
        guard !isAbsent, let trust = try AuthorityChoice.trust(in: DataDirectory(existing: path)) else {
            throw ValidationError("\(path) has no authority yet: the first `elastane serve` makes it.")
        }
        print(trust, terminator: "")
    }
}
