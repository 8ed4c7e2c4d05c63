import Access
import ArgumentParser
import CacheModel
import Certificates
import ControlPlane
import Engine
import Foundation
import Host
import Logging
import MasterKeys
import NIOCore
import Planning
import Server
import ServiceLifecycle
import Store
import UnixSignals

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer the ElastiCache API and run what it asks for.",
        discussion: """
            SIGTERM and SIGINT end the service and leave the engines serving; the next serve adopts them.

            Any access key is accepted until some are kept (`elastane credentials add`). From then on every request has to be signed \
            with one of them.
            """)

    @OptionGroup
    var options: ServeOptions

    func run() async throws {
        let settings = try ServeSettings(options)
        let listen = settings.listen
        guard Machine.canBind(listen.numericHost, port: listen.port) else {
            throw ServeFailure(
                Machine.canBind(listen.numericHost)
                    ? "\(listen.host):\(listen.port) can't be listened on: another program does. Choose another with --port."
                    : "\(listen.host) can't be listened on: it is no address of this machine. Choose another with --host.")
        }
        let unusable = settings.network.unusable()
        guard unusable.isEmpty else {
            throw ServeFailure(unusable.map { "\($0.what)\n  \($0.remedy)" }.joined(separator: "\n"))
        }
        Machine.limitMallocArenas()
        Machine.raiseFileLimit()
        let logger = settings.logFormat.logger(level: settings.logLevel)
        let executable = Machine.executablePath ?? CommandLine.arguments[0]
        let keys = try settings.credentials.keyRing(logger: logger)
        Machine.forbidCoreDumps()
        guard listen.isLoopback || keys.isClosed else {
            throw ServeFailure(
                "--host \(listen.host) is not a loopback address, and no access keys are kept: anybody could do everything. Make one with "
                    + "`elastane credentials add --credentials \(settings.credentials.file.path)`.")
        }
        var data = try DataDirectory(creating: settings.dataDirectory)
        let lock = try data.lock()
        let lack = try settings.memory.open(for: &data, isForOnce: settings.isEphemeral)
        let masterKeys = settings.keyring.open(in: data, now: Date(), logger)
        do throws(CredentialsFile.Failure) {
            try keys.remember()
        } catch {
            throw ServeFailure("It can't be remembered that access keys are kept: \(error).")
        }
        // The path of the forwarder's socket is short from here, however deep the data directory lies.
        guard FileManager.default.changeCurrentDirectoryPath(data.path) else { throw HostError.system(data.path, code: errno) }
        let store = try SQLiteStore.open(path: data.path + "/elastane.sqlite")
        do {
            let atRest = lack.map { AtRestSupport.missing(reason: $0) } ?? .keys(masterKeys)
            try await serve(settings, data, store, keys, (masterKeys, atRest), executable, logger)
        } catch {
            await Self.leave(settings, data, store, logger)
            throw error
        }
        await Self.leave(settings, data, store, logger)
        withExtendedLifetime(lock) {}
    }

    private func serve(
        _ settings: ServeSettings, _ data: DataDirectory, _ store: SQLiteStore, _ keys: KeyRing,
        _ encryption: (keys: EnvelopeKeys, support: AtRestSupport), _ executable: String, _ logger: Logger
    ) async throws {
        let engines = InstalledEngines { [search = settings.engines] in await search.discover() }
        let tokens = ConnectTokens { keys.enabledKeys }
        let authority = try settings.authority.open(in: data, at: Self.now(), logger)
        let trust = try EngineTrust { authority.recognises($0, at: $1) }
        let tools = ReconcilingTools(
            network: settings.network.layout, engines: engines, nodeTypes: settings.nodeTypes, rules: settings.rules,
            failpoints: settings.failpoint,
            memcached: MemcachedSettings(
                fileLimit: Int(clamping: Machine.fileLimit.hard), endpointStyle: settings.service.endpointStyle, trust: trust),
            certificates: NodeCertificates(authority: authority, life: settings.certificateLife), atRest: encryption.support,
            now: Self.now)
        let world = try await World.load(from: store, logger: logger)
        // Without them their nodes would be started with no limit of their memory.
        let missing = world.nodeTypesInUse().filter { settings.nodeTypes[$0] == nil }
        guard missing.isEmpty else {
            throw ServeFailure(
                "Groups have the node type \(missing.joined(separator: ", ")), which --node-types does not define any more. "
                    + "Nothing was changed; their engines go on serving.")
        }
        let encrypted = world.groupsEncryptedAtRest()
        if settings.rules.durability == .always, !encrypted.isEmpty {
            logger.warning(
                "Groups that are encrypted at rest keep what --durability snapshot promises, not always",
                metadata: ["groups": "\(encrypted.joined(separator: ", "))"])
        }
        try await world.releaseForeignAddresses()
        world.warnOfMissingSubnets(in: settings.network.layout, logger)
        let service = ElastiCacheService(world: world, engines: engines, tools: tools, settings: settings.service, logger: logger)
        let wire = NodeWire(trust: trust, failpoints: settings.failpoint)
        let faults = FaultInjection(world: world, home: settings.service.home) { process, signal in
            try await ProcessSignals(store: store).send(signal, to: process)
        }
        let listen = settings.listen
        let identities = try listen.identities(of: authority, life: settings.certificateLife, at: Self.now(), logger)
        let server = try APIServer.application(
            service: service, authentication: Authentication(keys: keys, now: Self.now),
            audit: AuditLog(path: settings.auditLog, logger: logger), faults: listen.isLoopback ? faults : nil,
            identities: identities, host: listen.numericHost, port: listen.port, logger: logger
        ) { channel in
            // A person or a script waits for this line.
            print("elastane is ready at \(listen.url(port: channel.localAddress?.port ?? listen.port))")
            fflush(nil)
        }
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: HostAgent(dataDirectory: data, store: store, keys: encryption.keys, logger: logger)),
            .init(service: FirewallAgent(dataDirectory: data, store: store, isOn: settings.filtersPackets, logger: logger)),
            .init(service: RouteAgent(store: store, executable: executable, logger: logger)),
            .init(service: HostNotices(world: world)),
            .init(service: Reconcilers(world: world, wire: wire, tools: tools, logger: logger)),
            .init(service: EventRetention(world: world, now: Self.now)),
            .init(service: MaintenanceWindows(world: world, now: Self.now)),
            .init(service: MemcachedMaintenance(world: world, tools: tools)),
            .init(service: FirewallKeeper(world: world, layout: settings.network.layout, now: Self.now, logger: logger)),
            .init(service: UserKeeper(world: world, logger: logger)),
            .init(service: TokenKeeper(world: world, wire: wire, tokens: tokens, now: Self.now, logger: logger)),
            .init(service: UpdateWatch(world: world, engines: engines, now: Self.now)),
            .init(service: KeyWatch(keys: keys)),
            .init(service: HostsFile(world: world, path: data.path + "/hosts")),
            .init(service: server),
        ]
        if let identities { services.append(.init(service: CertificateWatch(identities: identities, now: Self.now))) }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services, logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() }))
        let signals = EndSignals.taken()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { for await _ in signals { await group.triggerGracefulShutdown() } }
            defer { tasks.cancelAll() }
            try await group.run()
        }
    }

    /// To the millisecond, as the API tells times: what a client was told is what its next filter compares with.
    private static func now() -> Date {
        Date(timeIntervalSince1970: (Date().timeIntervalSince1970 * 1000).rounded(.down) / 1000)
    }

    /// Engines go on serving, unless all of this was for once only.
    private static func leave(_ settings: ServeSettings, _ data: DataDirectory, _ store: SQLiteStore, _ logger: Logger) async {
        if settings.isEphemeral {
            do {
                _ = try await HostAgent.stopAll(dataDirectory: data, store: store, logger: logger, deadline: .zero)
                if let problem = try await FirewallAgent.takeAway(dataDirectory: data, store: store) {
                    logger.error("the packet filter's table stays behind", metadata: ["problem": "\(problem)"])
                }
            } catch {
                logger.error("the engines could not be stopped", metadata: ["error": "\(error)"])
            }
        }
        try? await store.close()
        if settings.isEphemeral {
            try? data.memory?.remove()
            _ = FileManager.default.changeCurrentDirectoryPath("/")
            try? FileManager.default.removeItem(atPath: data.path)
        }
    }
}

/// Why the service can't start, in a sentence.
struct ServeFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
