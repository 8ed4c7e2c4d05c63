import ArgumentParser
import Foundation
import Host
import Logging
import Store

struct Down: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop every engine of a data directory, its data saved.",
        discussion: "A service that runs on the directory is ended first. The next serve brings every group back.")

    /// For a service to end.
    private static let patience: Duration = .seconds(30)

    @Option(help: "The data directory. (ELASTANE_DATA_DIR; default ~/.elastane)")
    var dataDir: String?

    @Option(help: "The file with the master keys of groups that are encrypted at rest. (ELASTANE_KEYRING; default keyring.json there)")
    var keyring: String?

    func run() async throws {
        let path = Setting.text(dataDir, "ELASTANE_DATA_DIR") ?? ServeSettings.defaultDirectory(isEphemeral: false)
        var data = try DataDirectory(existing: path)
        data.memory = MemoryDirectory(notedIn: data)
        let keys = try KeyringSetting(keyring, dataDirectory: path).keys
        guard FileManager.default.fileExists(atPath: data.path + "/elastane.sqlite") else {
            throw ValidationError("\(path) is no data directory: it has no elastane.sqlite.")
        }
        let lock = try await Self.lock(data)
        let store = try SQLiteStore.open(path: data.path + "/elastane.sqlite")
        let logger = LogFormat.text.logger(level: .warning)
        let stopped = try await HostAgent.stopAll(dataDirectory: data, store: store, logger: logger)
        let unsealed = try await HostAgent.sealAll(dataDirectory: data, store: store, keys: keys)
        if let memory = data.memory, !memory.isInUse { try memory.remove() }
        let problem = try await FirewallAgent.takeAway(dataDirectory: data, store: store)
        try await store.close()
        for process in stopped {
            print(process.wasKilled ? "killed \(process.id): it did not end in time" : "stopped \(process.id)")
        }
        if let problem { print("the packet filter's table stays behind: \(problem)") }
        print(stopped.isEmpty ? "nothing was running" : "\(stopped.count) processes stopped")
        for process in unsealed { print("what \(process.id) saved is in memory alone, and gone with it: \(process.reason)") }
        withExtendedLifetime(lock) {}
        if !unsealed.isEmpty { throw ExitCode(1) }
    }

    private static func lock(_ data: DataDirectory) async throws -> DataDirectoryLock {
        guard let holder = data.holder() else { return try data.lock() }
        print("ending the service (process \(holder))")
        kill(holder, SIGTERM)
        let deadline = ContinuousClock.now + patience
        while data.holder() == holder, .now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        return try data.lock()
    }
}
