import AWSProtocol
import Access
import CacheModel
import Certificates
import Engine
import Foundation
import Logging
import Planning
import Store
import Synchronization
import Testing

@testable import ControlPlane

/// A control plane over a store in memory, without reconcilers: groups stay as they were recorded until a test changes them.
struct Fixture: Sendable {
    static let home = Realm(region: "us-east-1", account: "000000000000")
    /// 2026-11-23T03:00:00Z
    static let start = Date(timeIntervalSince1970: 1_795_402_800)

    static let certificates = makeCertificates("test")
    static let unknownCommand = "Error in ACL SETUSER modifier '+nosuch': Unknown command or category name in ACL"

    static func makeCertificates(_ name: String) -> NodeCertificates? {
        guard let text = try? Authority.make(named: name, at: start), let authority = try? Authority(certificates: text, key: text) else {
            return nil
        }
        return NodeCertificates(authority: authority, life: 397 * 86_400)
    }

    let store: any Store
    let world: World
    let tools: ReconcilingTools
    let service: ElastiCacheService
    let clock: TestClock

    init(
        store: any Store = MemoryStore(), builds: [EngineBuild] = [.sample(.redis, "7.0.15"), .sample(.valkey, "9.0.1")],
        memcached: [String] = ["1.6.18"], network: String = "127.64.0.0/12", layout: NetworkLayout? = nil, hold: Duration = .zero,
        endpoints: ServiceSettings.EndpointStyle = .address, quotas: Quotas = Quotas(), nodeTypes: NodeTypeCatalog = .real,
        memory: MemoryBudget? = nil, offerings: [NodeOffering] = [],
        certificates: NodeCertificates? = Self.certificates, rules: Rules = Rules(),
        atRest: AtRestSupport = .missing(reason: "no keys are kept")
    ) async throws {
        let clock = TestClock(Self.start)
        // There is nothing that could be asked: every build here knows all commands but one.
        let trials = AccessTrials { rules, _ in rules.map { $0.contains("+nosuch") ? Self.unknownCommand : nil } }
        let engines = InstalledEngines(access: trials) { EngineCatalog(builds: builds, memcached: memcached.map { .sample($0) }) }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        self.store = store
        self.clock = clock
        world = try await World.load(from: store, logger: logger)
        tools = ReconcilingTools(
            network: try layout ?? NetworkLayout(dividing: AddressPlan(network: IPv4Network(parsing: network))), engines: engines,
            nodeTypes: nodeTypes, rules: rules, certificates: certificates, atRest: atRest, now: { clock.now })
        service = ElastiCacheService(
            world: world, engines: engines, tools: tools,
            settings: ServiceSettings(
                home: Self.home, describeHold: hold, endpointStyle: endpoints, quotas: quotas, memory: memory, offerings: offerings),
            logger: logger)
    }

    /// Calls an action. The form is of parameters as they are on the wire.
    func call(
        _ action: String, _ form: String = "", region: String? = nil, accessKey: String = "test", principal: Principal? = nil
    ) async throws -> Reply {
        let parameters = try QueryParameters(parsing: "Action=\(action)&Version=2015-02-02" + (form.isEmpty ? "" : "&\(form)"))
        let scope = try region.map { try #require(CredentialScope(credential: "\(accessKey)/20261123/\($0)/elasticache/aws4_request")) }
        return Reply(await service.answer(parameters, from: Caller(scope: scope, principal: principal)))
    }

    /// Creates a group and returns the answer. What the form says comes last, and so counts.
    @discardableResult
    func create(_ id: String = "g", _ form: String = "", region: String? = nil) async throws -> Reply {
        let base = "ReplicationGroupId=\(id)&ReplicationGroupDescription=d&CacheNodeType=cache.t3.micro"
        return try await call("CreateReplicationGroup", form.isEmpty ? base : "\(base)&\(form)", region: region)
    }

    func group(_ id: String, region: String = "us-east-1") -> ReplicationGroup? {
        world.read { $0.groups[key(id, region: region)]?.value }
    }

    func key(_ id: String, region: String = "us-east-1", kind: GroupKey.Kind = .replicationGroup) -> GroupKey {
        GroupKey(kind: kind, realm: Realm(region: region, account: Self.home.account), id: id)
    }

    /// Puts a group into a status, as its reconciler would.
    func set(_ id: String, _ status: GroupStatus, region: String = "us-east-1") async throws {
        try await change(id, region: region) { group in
            group.status = status
            if status == .available { group.wasAvailable = true }
        }
    }

    func change(_ id: String, region: String = "us-east-1", _ change: (inout ReplicationGroup) -> Void) async throws {
        try await world.transact { draft in
            let known = draft.group(key(id, region: region))
            var group = try #require(known)
            change(&group)
            try draft.put(group)
        }
    }

    /// Creates a group that is available.
    func available(_ id: String = "g", _ form: String = "", region: String? = nil) async throws {
        let reply = try await create(id, form, region: region)
        try #require(reply.status == 200, "\(reply.text)")
        try await set(id, .available, region: region ?? "us-east-1")
    }

    /// All records, as the store has them.
    func records() async throws -> [String: Data] {
        Dictionary(try await store.list(prefix: "").records.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
}

/// A clock that goes when it is told.
final class TestClock: Sendable {
    private let time: Mutex<Date>

    init(_ start: Date) { time = Mutex(start) }

    var now: Date { time.withLock { $0 } }

    func advance(_ seconds: Double) { time.withLock { $0 += seconds } }
}

/// An answer, and what its document says.
struct Reply: Sendable {
    let status: Int
    let text: String

    init(_ answer: ElastiCacheService.Answer) {
        status = answer.status
        text = String(decoding: answer.body, as: UTF8.self)
    }

    var code: String? { status == 200 ? nil : first("Code") }
    var message: String { first("Message") ?? "" }
    var marker: String? { first("Marker").flatMap { $0.isEmpty ? nil : $0 } }

    func has(_ element: String) -> Bool { text.contains("<\(element)>") || text.contains("<\(element)/>") }

    func first(_ element: String) -> String? { all(element).first }

    /// The contents of every element of that name, in their order.
    func all(_ element: String) -> [String] {
        text.components(separatedBy: "<\(element)>").dropFirst().map { $0.components(separatedBy: "</\(element)>")[0] }
    }
}

extension EngineBuild {
    /// A build that nothing is started from.
    static func sample(_ kind: Kind, _ version: String, bindsWhileRunning: Bool = true, servesTLS: Bool = true) -> EngineBuild {
        EngineBuild(
            kind: kind, version: Version(version) ?? Version(0, 0), path: "/opt/\(kind.rawValue)-\(version)", servesTLS: servesTLS,
            bindsWhileRunning: bindsWhileRunning, disklessLoads: [], parameters: [], deniable: [])
    }
}

extension MemcachedBuild {
    /// A build that nothing is started from.
    static func sample(_ version: String) -> MemcachedBuild {
        MemcachedBuild(
            version: EngineBuild.Version(version) ?? EngineBuild.Version(0, 0), path: "/opt/memcached-\(version)", servesTLS: true,
            extendedOptions: ["idle_timeout"])
    }
}

extension String {
    /// As a form has it.
    var escaped: String { addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? self }
}
