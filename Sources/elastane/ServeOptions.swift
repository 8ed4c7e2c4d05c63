import ArgumentParser
import CacheModel
import ControlPlane
import Engine
import Foundation
import Host
import Logging
import Planning

struct ServeOptions: ParsableArguments {
    @Option(
        help: "The address to answer on; one that is no loopback address needs TLS and access keys. (ELASTANE_HOST; default 127.0.0.1)")
    var host: String?

    @Option(help: "The port to answer on; 0 takes a free one. (ELASTANE_PORT; default 8379)")
    var port: Int?

    @Option(help: "Where everything is kept. (ELASTANE_DATA_DIR; default ~/.elastane, or with --ephemeral a temporary directory)")
    var dataDir: String?

    @Option(help: "The network that nodes and endpoints get their addresses from. (ELASTANE_NETWORK; default 127.64.0.0/12)")
    var network: String?

    @Option(
        help:
            "A file that names VPCs, subnets and security groups, instead of --network; docs/network.md describes it. (ELASTANE_NETWORK_CONFIG)"
    )
    var networkConfig: String?

    @Option(help: "The region of requests that name none. (ELASTANE_REGION; default us-east-1)")
    var region: String?

    @Option(help: "The account of requests that name none. (ELASTANE_ACCOUNT_ID; default 000000000000)")
    var accountId: String?

    @Flag(help: "On exit stop every engine and remove the data directory. (ELASTANE_EPHEMERAL)")
    var ephemeral = false

    @Option(
        help:
            "Seconds for which the description of a resource in a passing state is held back; 0: never. (ELASTANE_DESCRIBE_HOLD; default 5)"
    )
    var describeHold: Double?

    @Option(help: "What endpoints are told as: address or name. (ELASTANE_ENDPOINTS; default address)")
    var endpoints: String?

    @Option(
        help: "What the end of all of a group's nodes at once may cost: none, snapshot or always. (ELASTANE_DURABILITY; default snapshot)")
    var durability: String?

    @Option(
        help:
            "Seconds that a primary may leave every question unanswered before it is taken for hung and replaced. (ELASTANE_HANG_DEADLINE; default 2)"
    )
    var hangDeadline: Double?

    @Option(
        help:
            "Seconds after which a change that can't be made is given up, and a silent node that alone may have the data is waited for no longer. (ELASTANE_PATIENCE; default 600)"
    )
    var patience: Double?

    @Option(
        help:
            "Another quota than the real service's, as NAME=NUMBER; may be repeated. (ELASTANE_QUOTAS, commas between; `elastane quotas` lists the names)"
    )
    var quota: [String] = []

    @Option(
        help:
            "How many times over the machine's memory may be promised to nodes; 0: any number of times. (ELASTANE_MEMORY_OVERCOMMIT; default 100, with --ephemeral 0)"
    )
    var memoryOvercommit: Double?

    @Option(help: "A JSON file with node types beside the real service's; see docs/configuration.md. (ELASTANE_NODE_TYPES)")
    var nodeTypes: String?

    @Option(help: "Files or directories with engines, colon-separated, beside those on PATH. (ELASTANE_ENGINES)")
    var engines: String?

    @Option(help: "What enforces security groups: nft, or off for nothing. (ELASTANE_PACKET_FILTER; default nft)")
    var packetFilter: String?

    @Option(help: "A file with the offerings on which nodes may be reserved. (ELASTANE_OFFERINGS)")
    var offerings: String?

    @Option(
        help: """
            The file with the access keys that requests must be signed with; `elastane credentials` writes it. Without it any key is \
            accepted. (ELASTANE_CREDENTIALS; default credentials.json in the data directory, if it is there)
            """)
    var credentials: String?

    @Option(
        help:
            "Where calls that change something are written down, a line of JSON each. (ELASTANE_AUDIT_LOG; default audit.log in the data directory)"
    )
    var auditLog: String?

    @Option(
        help:
            "A PEM file with the certificate of an own authority for encrypted groups, and those above it up to the root. (ELASTANE_CA_CERTIFICATE)"
    )
    var caCertificate: String?

    @Option(help: "A PEM file with the private key of that authority. (ELASTANE_CA_KEY)")
    var caKey: String?

    @Option(
        help:
            "Days for which a certificate of a node is issued; it is renewed when a third of them is left. (ELASTANE_CERTIFICATE_DAYS; default 397)"
    )
    var certificateDays: Double?

    @Option(
        help: """
            A directory in memory (tmpfs) for the data of groups that are encrypted at rest, or none: then there are none. \
            (ELASTANE_MEMORY_DIR; default /dev/shm, else XDG_RUNTIME_DIR)
            """)
    var memoryDir: String?

    @Option(
        help: """
            The file with the master keys of groups that are encrypted at rest; `elastane keys` writes it. \
            (ELASTANE_KEYRING; default keyring.json in the data directory)
            """)
    var keyring: String?

    @Flag(help: "Answer the API with TLS, by a certificate of the authority that `elastane ca` prints. (ELASTANE_TLS)")
    var tls = false

    @Option(
        help: "A further name or address by which clients reach the API with --tls; may be repeated. (ELASTANE_TLS_NAMES, commas between)")
    var tlsName: [String] = []

    @Option(
        help:
            "A PEM file with the certificate to answer the API with, and those above it; read again when it is replaced. (ELASTANE_TLS_CERT)"
    )
    var tlsCert: String?

    @Option(help: "A PEM file with the private key of that certificate. (ELASTANE_TLS_KEY)")
    var tlsKey: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical. (ELASTANE_LOG_LEVEL; default info)")
    var logLevel: String?

    @Option(help: "text or json. (ELASTANE_LOG_FORMAT; default text)")
    var logFormat: String?
}

enum PacketFilterChoice: String, CaseIterable {
    case nft
    case off
}

/// The options, checked.
struct ServeSettings {
    let listen: ListenChoice
    let dataDirectory: String
    let isEphemeral: Bool
    let network: NetworkChoice
    let service: ServiceSettings
    let filtersPackets: Bool
    let engines: EngineSearch
    let nodeTypes: NodeTypeCatalog
    let authority: AuthorityChoice
    /// Seconds.
    let certificateLife: Double
    let rules: Rules
    /// Where to stop for a test; `elastane failpoints` lists the names.
    let failpoint: Failpoints?
    let credentials: CredentialsSetting
    let memory: MemoryChoice
    let keyring: KeyringSetting
    /// An absolute path.
    let auditLog: String
    let logLevel: Logger.Level
    let logFormat: LogFormat

    init(_ options: ServeOptions) throws {
        listen = try ListenChoice(options)
        isEphemeral = try Setting.flag(options.ephemeral, "ELASTANE_EPHEMERAL")
        dataDirectory = Setting.text(options.dataDir, "ELASTANE_DATA_DIR") ?? Self.defaultDirectory(isEphemeral: isEphemeral)
        network = try NetworkChoice(network: options.network, config: options.networkConfig)
        service = try Self.service(options, isEphemeral: isEphemeral)
        filtersPackets =
            try Setting.choice(options.packetFilter, "ELASTANE_PACKET_FILTER", "--packet-filter", default: PacketFilterChoice.nft) == .nft
        engines = EngineSearch(extra: Setting.text(options.engines, "ELASTANE_ENGINES"))
        nodeTypes = try Self.nodeTypes(Setting.text(options.nodeTypes, "ELASTANE_NODE_TYPES"))
        authority = try AuthorityChoice(
            certificate: Setting.text(options.caCertificate, "ELASTANE_CA_CERTIFICATE"),
            key: Setting.text(options.caKey, "ELASTANE_CA_KEY"))
        certificateLife = try Self.certificateDays(options) * 86_400
        rules = Rules(
            hangDeadline: .seconds(try Self.hangDeadline(options)), patience: .seconds(try Self.patience(options)),
            durability: try Setting.choice(options.durability, "ELASTANE_DURABILITY", "--durability", default: .snapshot))
        failpoint = try Self.failpoint()
        credentials = CredentialsSetting(options.credentials, dataDirectory: dataDirectory)
        memory = try MemoryChoice(Setting.text(options.memoryDir, "ELASTANE_MEMORY_DIR"))
        keyring = try KeyringSetting(options.keyring, dataDirectory: dataDirectory)
        auditLog = Setting.absolutePath(Setting.text(options.auditLog, "ELASTANE_AUDIT_LOG") ?? "\(dataDirectory)/audit.log")
        logLevel = try Setting.choice(options.logLevel, "ELASTANE_LOG_LEVEL", "--log-level", default: Logger.Level.info)
        logFormat = try Setting.choice(options.logFormat, "ELASTANE_LOG_FORMAT", "--log-format", default: LogFormat.text)
    }

    /// Ten seconds at least, so that there is time to renew one.
    private static func certificateDays(_ options: ServeOptions) throws -> Double {
        let days = try Setting.value(options.certificateDays, "ELASTANE_CERTIFICATE_DAYS", default: 397)
        guard (0.0001...3650).contains(days) else {
            throw ValidationError("--certificate-days must be within 0.0001 and 3650. It was \(days).")
        }
        return days
    }

    private static func service(_ options: ServeOptions, isEphemeral: Bool) throws -> ServiceSettings {
        let region = Setting.text(options.region, "ELASTANE_REGION") ?? "us-east-1"
        guard Region(region) != nil else { throw ValidationError("--region \(region) is not a region's name, such as us-east-1.") }
        let account = Setting.text(options.accountId, "ELASTANE_ACCOUNT_ID") ?? "000000000000"
        guard account.count == 12, account.allSatisfy({ ("0"..."9").contains($0) }) else {
            throw ValidationError("--account-id must have 12 digits. It was \(account).")
        }
        let hold = try Setting.value(options.describeHold, "ELASTANE_DESCRIBE_HOLD", default: 5)
        guard (0...60).contains(hold) else { throw ValidationError("--describe-hold must be within 0 and 60 seconds. It was \(hold).") }
        return ServiceSettings(
            home: Realm(region: region, account: account), describeHold: .seconds(hold),
            endpointStyle: try Setting.choice(options.endpoints, "ELASTANE_ENDPOINTS", "--endpoints", default: .address),
            quotas: try quotas(options), memory: try memory(options, isEphemeral: isEphemeral),
            offerings: try offerings(Setting.text(options.offerings, "ELASTANE_OFFERINGS")))
    }

    /// An empty node takes a few megabytes, whatever it may grow to. What is for once only, such as tests, may have nodes of any size; else
    /// what is out of all proportion is refused, and less only if the operator says so.
    private static func memory(_ options: ServeOptions, isEphemeral: Bool) throws -> MemoryBudget? {
        let ratio = try Setting.value(options.memoryOvercommit, "ELASTANE_MEMORY_OVERCOMMIT", default: isEphemeral ? 0 : 100)
        guard ratio >= 0, ratio.isFinite else { throw ValidationError("--memory-overcommit must be 0 or more. It was \(ratio).") }
        guard ratio > 0, let machine = Machine.memory else { return nil }
        return MemoryBudget(machine: machine, overcommit: ratio)
    }

    private static func nodeTypes(_ path: String?) throws -> NodeTypeCatalog {
        guard let path else { return .real }
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ValidationError("--node-types \(path) can't be read: \(error.localizedDescription)")
        }
        do {
            return NodeTypeCatalog.real.adding(try NodeTypeFile.parse(data))
        } catch {
            throw ValidationError("--node-types \(path) \(error).")
        }
    }

    /// What is in the environment first, then what the command line says otherwise.
    private static func quotas(_ options: ServeOptions) throws -> Quotas {
        var quotas = Quotas()
        for text in [Setting.text(nil, "ELASTANE_QUOTAS") ?? ""] + options.quota {
            do {
                try quotas.set(text)
            } catch {
                switch error {
                case .malformed(let part): throw ValidationError("--quota \(part) is malformed: it must be like nodes-per-region=1000.")
                case .unknown(let name): throw ValidationError("--quota \(name) is no quota: `elastane quotas` lists them.")
                case .outOfRange(let name, let range):
                    throw ValidationError("--quota \(name) must be within \(range.lowerBound) and \(range.upperBound).")
                }
            }
        }
        return quotas
    }

    private static func offerings(_ path: String?) throws -> [NodeOffering] {
        guard let path else { return [] }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("--offerings \(path) can't be read.")
        }
        do {
            return try OfferingsFile.parse(data)
        } catch {
            throw ValidationError("--offerings \(path): \(error)")
        }
    }

    /// Shorter, and a busy machine would look like a hung node.
    private static func hangDeadline(_ options: ServeOptions) throws -> Double {
        let seconds = try Setting.value(options.hangDeadline, "ELASTANE_HANG_DEADLINE", default: 2)
        guard (0.5...3600).contains(seconds) else {
            throw ValidationError("--hang-deadline must be within 0.5 and 3600 seconds. It was \(seconds).")
        }
        return seconds
    }

    /// Shorter, and what only takes its time would be given up.
    private static func patience(_ options: ServeOptions) throws -> Double {
        let seconds = try Setting.value(options.patience, "ELASTANE_PATIENCE", default: 600)
        guard (1...86_400).contains(seconds) else {
            throw ValidationError("--patience must be within 1 and 86400 seconds. It was \(seconds).")
        }
        return seconds
    }

    private static func failpoint() throws -> Failpoints? {
        guard let text = Setting.text(nil, "ELASTANE_FAILPOINT") else { return nil }
        guard let failpoint = Failpoints(text, stop: { kill(getpid(), SIGSTOP) }) else {
            throw ValidationError("ELASTANE_FAILPOINT must be like before:promote or after:start:2, with a name of `elastane failpoints`.")
        }
        return failpoint
    }

    static func defaultDirectory(isEphemeral: Bool) -> String {
        guard isEphemeral else { return NSHomeDirectory() + "/.elastane" }
        return NSTemporaryDirectory() + "/elastane-\(UUID().uuidString.prefix(8).lowercased())"
    }
}
