import ArgumentParser
import CacheModel
import Engine
import Foundation
import Host

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what this machine has and lacks for running replication groups, how the groups are, and how to mend it.",
        discussion: "Only looks, also while a service runs. Exits with 1 if something is missing without which groups can't run.")

    @Option(help: "Files or directories with engines, colon-separated, beside those on PATH. (ELASTANE_ENGINES)")
    var engines: String?

    @Option(help: "The network that nodes get their addresses from. (ELASTANE_NETWORK; default 127.64.0.0/12)")
    var network: String?

    @Option(help: "A file that names the networks instead. (ELASTANE_NETWORK_CONFIG)")
    var networkConfig: String?

    @Option(help: "The data directory, if there is one. (ELASTANE_DATA_DIR; default ~/.elastane)")
    var dataDir: String?

    @Option(help: "The file with the access keys. (ELASTANE_CREDENTIALS; default credentials.json in the data directory)")
    var credentials: String?

    @Option(help: "The directory in memory for groups that are encrypted at rest. (ELASTANE_MEMORY_DIR)")
    var memoryDir: String?

    @Option(help: "The file with the master keys. (ELASTANE_KEYRING; default keyring.json in the data directory)")
    var keyring: String?

    @Flag(help: "Print the findings as JSON.")
    var json = false

    func run() async throws {
        let network = try NetworkChoice(network: network, config: networkConfig)
        let catalog = await EngineSearch(extra: Setting.text(engines, "ELASTANE_ENGINES")).discover()
        let directory = Setting.text(dataDir, "ELASTANE_DATA_DIR") ?? ServeSettings.defaultDirectory(isEphemeral: false)
        let memory = try MemoryChoice(Setting.text(memoryDir, "ELASTANE_MEMORY_DIR"))
        let masterKeys = try KeyringSetting(keyring, dataDirectory: directory)
        let findings =
            Examination.engines(catalog) + Examination.memcached(catalog) + Examination.addresses(network) + Examination.limits()
            + Examination.memoryStorage(memory)
            + Examination.access(CredentialsSetting(credentials, dataDirectory: directory))
            + Examination.data(directory, keyring: masterKeys)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(findings), as: UTF8.self))
        } else {
            for finding in findings { print(finding.text) }
        }
        if findings.contains(where: { $0.level == .missing }) { throw ExitCode(1) }
    }
}

/// One thing that was looked at.
struct Finding: Encodable {
    enum Level: String, Encodable {
        case fine
        case advice
        case missing
    }

    let subject: String
    let level: Level
    let detail: String
    /// What to do about it.
    var remedy: String?

    var text: String {
        let mark =
            switch level {
            case .fine: "ok     "
            case .advice: "advice "
            case .missing: "MISSING"
            }
        return "\(mark)  \(subject): \(detail)" + (remedy.map { "\n         \($0)" } ?? "")
    }
}

/// Looks at the machine.
enum Examination {
    private static let install =
        "Debian and Ubuntu: apt-get install redis-server. Others: a redis or valkey package, or name a build in ELASTANE_ENGINES."

    static func engines(_ catalog: EngineCatalog) -> [Finding] {
        var findings = catalog.builds.map { build in
            Finding(
                subject: "engine", level: .fine,
                detail: "\(build.kind.rawValue) \(build.version) at \(build.path): "
                    + (build.servesTLS ? "TLS" : "no TLS") + ", "
                    + (build.bindsWhileRunning ? "endpoints move between nodes" : "primary endpoints go through the forwarder"))
        }
        findings += catalog.unusable.map { Finding(subject: "engine", level: .advice, detail: "\($0.path) \($0.reason)") }
        if catalog.builds.isEmpty {
            findings.append(
                Finding(subject: "engine", level: .missing, detail: "no redis-server or valkey-server was found", remedy: install))
            return findings
        }
        let unserved = EngineVersionCatalog.releases.filter { release in
            guard let kind = EngineBuild.Kind(rawValue: release.engine.rawValue) else { return true }
            return catalog.choose(kind, major: release.fullVersion.major, minor: release.fullVersion.minor) == nil
        }
        if !unserved.isEmpty {
            let names = unserved.map { "\($0.engine.rawValue) \($0.name)" }.joined(separator: ", ")
            findings.append(
                Finding(
                    subject: "versions", level: .advice, detail: "no installed build serves \(names)",
                    remedy: "Install a build of that version or a newer one."))
        }
        if !catalog.builds.contains(where: \.servesTLS) {
            findings.append(
                Finding(
                    subject: "encryption", level: .advice,
                    detail: "no installed build has TLS: groups with TransitEncryptionEnabled can't be created",
                    remedy: "Install redis-server or valkey-server of your distribution, or name a build with TLS in ELASTANE_ENGINES."))
        }
        return findings
    }

    static func addresses(_ network: NetworkChoice) -> [Finding] {
        let unusable = network.unusable()
        guard !unusable.isEmpty else {
            return [Finding(subject: "addresses", level: .fine, detail: "\(network.description) answers")]
        }
        return unusable.map { Finding(subject: "addresses", level: .missing, detail: $0.what, remedy: $0.remedy) }
    }

    static func limits() -> [Finding] {
        var findings: [Finding] = []
        let files = Machine.fileLimit
        findings.append(
            files.hard >= 65_536
                ? Finding(subject: "open files", level: .fine, detail: "up to \(files.hard)")
                : Finding(
                    subject: "open files", level: .advice,
                    detail: "up to \(files.hard): nodes serve fewer clients than their type's maxclients (65000)",
                    remedy: "Raise the hard limit: LimitNOFILE=1048576 in the unit, or ulimit -Hn."))
        if let overcommit = Machine.overcommitMemory {
            findings.append(
                overcommit == 1
                    ? Finding(subject: "memory overcommit", level: .fine, detail: "vm.overcommit_memory is 1")
                    : Finding(
                        subject: "memory overcommit", level: .advice,
                        detail:
                            "vm.overcommit_memory is \(overcommit): the fork by which a node saves, or begins a full sync, may fail where it fills half of the memory",
                        remedy: "sysctl vm.overcommit_memory=1"))
        }
        if let pages = Machine.transparentHugePages, pages == "always" {
            findings.append(
                Finding(
                    subject: "huge pages", level: .advice, detail: "transparent huge pages are on: saving costs latency and memory",
                    remedy: "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"))
        }
        if let backlog = Machine.listenBacklogLimit, backlog < 511 {
            findings.append(
                Finding(
                    subject: "listen backlog", level: .advice, detail: "net.core.somaxconn is \(backlog)",
                    remedy: "sysctl net.core.somaxconn=4096"))
        }
        return findings
    }
}
