import CacheModel
import Engine
import Foundation
import Logging
import Planning

/// Looks, plans, does, and looks again, until its Memcached cluster is as it should be; then asks its nodes from time to time.
///
/// Like a group's reconciler it remembers nothing that matters.
actor MemcachedReconciler {
    private static let quietWait: Duration = .seconds(10)
    private static let buildWait: Duration = .seconds(5)

    private let key: GroupKey
    private let world: World
    private let tools: ReconcilingTools
    private let logger: Logger
    private let pulse: Pulse
    private var pace = RestartPace()
    private var looks = 0
    private var wishes = WishAges()
    /// Until when the build is not looked for again.
    private var buildIsMissingUntil: ContinuousClock.Instant?
    /// As last seen: to close connections when it is gone.
    private var last: MemcachedCluster?

    init(key: GroupKey, world: World, tools: ReconcilingTools, logger: Logger) {
        self.key = key
        self.world = world
        self.tools = tools
        self.pulse = Pulse(hangDeadline: tools.rules.hangDeadline)
        var logger = logger
        logger[metadataKey: "memcached"] = "\(key.id)"
        self.logger = logger
    }

    /// Returns when the cluster is gone, or when cancelled.
    func run() async {
        await world.watching(key) { signal in await reconcile(signal) }
        if let last { await tools.memcached.wire.forget(last.nodes, port: last.port) }
    }

    private func reconcile(_ signal: Signal) async {
        let start = ContinuousClock.now
        await ReconcilingLoop(signal: signal, logger: logger).run(
            quietWait: { quietWait($0.value) },
            look: {
                guard let cluster = world.read({ $0.memcached(key) }) else { return nil }
                await takeNote(of: cluster.value)
                let plan = MemcachedPlanner.plan(cluster.value, await observe(cluster.value), tools.rules, names: names(of: cluster.value))
                let isLate = cluster.value.status == .creating && !plan.isSettled && .now - start > tools.rules.patience
                return (cluster, isLate ? plan.givingUpCreation : plan)
            },
            perform: { steps, cluster in try await perform(steps, for: cluster) },
            engineIsGone: { buildIsMissingUntil = .now + Self.buildWait })
    }

    /// Nodes that left or moved are spoken to no more.
    private func takeNote(of cluster: MemcachedCluster) async {
        let addresses = Set(cluster.nodes.map(\.address))
        let gone = (last?.nodes ?? []).filter { !addresses.contains($0.address) }
        last = cluster
        pulse.forget(allBut: Set(cluster.nodes.map(\.id)))
        if !gone.isEmpty { await tools.memcached.wire.forget(gone, port: cluster.port) }
    }

    private func names(of cluster: MemcachedCluster) -> EndpointNames? {
        tools.memcached.endpointStyle == .name ? EndpointNames(of: cluster) : nil
    }

    private func observe(_ cluster: MemcachedCluster) async -> ObservedMemcached {
        let now = ContinuousClock.now
        let records = world.read { state in Self.hostRecords(of: cluster, in: state) }
        var observed = records.observed
        observed.waited = wishes.look(at: cluster.wishes, now, tools.now(), patience: tools.rules.patience)
        if let until = buildIsMissingUntil, until <= now { buildIsMissingUntil = nil }
        for id in observed.nodes.keys {
            observed.nodes[id]?.mayStart = pace.mayStart(id, at: now)
            observed.nodes[id]?.buildIsMissing = buildIsMissingUntil != nil
        }
        if cluster.isEncryptedInTransit { lookAtCertificates(of: cluster, &observed) }
        let silent = Set(records.running.map(\.node.id).filter { pulse.silence(of: $0) > .zero })
        let answers = await tools.memcached.wire.ask(
            records.running, of: cluster, telling: observed.route?.desired?.discovery, silentBefore: silent,
            patiently: looks % 8 == 7)
        looks += 1
        for (id, heard) in answers {
            observed.nodes[id]?.answer = heard.answer
            if heard.answer == .silent {
                pulse.unanswered(id, askedAt: heard.askedAt, within: heard.patience, now: .now)
                observed.nodes[id]?.silence = pulse.silence(of: id)
            } else {
                pulse.answered(id)
            }
        }
        return observed
    }

    /// The running nodes come with the number of the process that must answer for them.
    static func hostRecords(
        of cluster: MemcachedCluster, in state: WorldState
    ) -> (observed: ObservedMemcached, running: [(node: MemcachedNode, pid: Int32)]) {
        var observed = ObservedMemcached()
        var running: [(node: MemcachedNode, pid: Int32)] = []
        for node in cluster.nodes {
            let spec = state.processes[node.process]?.value
            let status = state.statuses[node.process]
            let process = HostObservation.process(spec, status)
            observed.nodes[node.id] = ObservedMemcachedNode(
                process: process, incarnation: spec?.incarnation ?? 0, zoneIsDown: state.downZones.value.contains(node.zone))
            observed.nodes[node.id]?.hasCurrentFiles =
                status?.incarnation == spec?.incarnation && status?.edition ?? 0 == spec?.edition ?? 0
            if process == .running, case .running(let identity) = status?.phase { running.append((node, identity.pid)) }
        }
        let routes = cluster.routes.map { Self.route($0.name, in: state) }
        observed.route = routes.first ?? nil
        observed.secondRoute = routes.dropFirst().first ?? nil
        return (observed, running)
    }

    /// Nil for one of which nobody knows.
    private static func route(_ name: String, in state: WorldState) -> ObservedRoute? {
        let (desired, status) = (state.routes[name]?.value, state.routeStatuses[name])
        guard desired != nil || status != nil else { return nil }
        return ObservedRoute(desired: desired, applied: status?.applied, problem: status?.problem)
    }

    /// All of a plan is one transaction. What was planned for a cluster that has changed since is not done: it is planned anew.
    private func record(_ steps: [Step], for cluster: Versioned<MemcachedCluster>) async throws {
        let now = ContinuousClock.now
        let catalog =
            steps.contains(where: \.isStart) ? await tools.engines.catalog(with: cluster.value.build) : EngineCatalog(builds: [])
        let start = await prepareStart(steps, of: cluster.value, catalog)
        for step in steps { tools.failpoints?.reached(.before, step.name) }
        try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                guard let known = draft.state.memcached(key), known.version == cluster.version else { throw StaleGroup() }
                var recorder = MemcachedRecorder(cluster: known.value, tools: tools, catalog: catalog, picker: picker, start: start)
                for step in steps where !recorder.hasFailed { try recorder.record(step, in: &draft) }
                try recorder.finish(in: &draft)
            }
        }
        for step in steps { tools.failpoints?.reached(.after, step.name) }
        for case .start(let node, _, _) in steps {
            pace.started(node, at: now)
            // What another process left unanswered says nothing of the next.
            pulse.answered(node)
        }
    }
}

extension MemcachedReconciler {
    /// Until the next certificate is to be renewed, if that is sooner; but never no time. Nodes are asked as often as they may hang.
    private func quietWait(_ cluster: MemcachedCluster) -> Duration {
        let usual = min(tools.rules.hangDeadline, Self.quietWait)
        let renewals = cluster.nodes.compactMap(\.certificate) + [cluster.endpointCertificate].compactMap(\.self)
        return tools.certificates?.wait(for: renewals, atMost: usual, at: tools.now()) ?? usual
    }

    private func lookAtCertificates(of cluster: MemcachedCluster, _ observed: inout ObservedMemcached) {
        guard let certificates = tools.certificates else { return }
        let date = tools.now()
        for node in cluster.nodes {
            let isWritten = observed[node].hasCurrentFiles
            observed.nodes[node.id]?.certificate = certificates.standing(
                of: node.certificate, for: cluster.certificateSubject(of: node), isWritten: isWritten, at: date)
        }
        observed.endpointCertificate = certificates.standing(
            of: cluster.endpointCertificate, for: cluster.endpointSubject, isWritten: true, at: date)
    }

    /// All but one kind of steps is on records: nodes are told to read their certificates again, and then it is recorded that they have.
    private func perform(_ steps: [Step], for cluster: Versioned<MemcachedCluster>) async throws {
        var recorded: [Step] = []
        var refusal: EngineError?
        for step in steps {
            guard case .loadCertificates(let nodes) = step else {
                recorded.append(step)
                continue
            }
            tools.failpoints?.reached(.before, step.name)
            let (loaded, failure) = await tools.memcached.wire.loadCertificates(nodes, of: cluster.value)
            refusal = failure
            tools.failpoints?.reached(.after, step.name)
            if !loaded.isEmpty { recorded.append(.certificatesLoaded(members: loaded)) }
        }
        if !recorded.isEmpty { try await record(recorded, for: cluster) }
        if let refusal { throw refusal }
    }

    /// Nil where no node is to be started.
    private func prepareStart(_ steps: [Step], of cluster: MemcachedCluster, _ catalog: EngineCatalog) async -> MemcachedStart? {
        guard steps.contains(where: \.isStart) else { return nil }
        let parameters = world.read { MemcachedParameters(of: cluster, tools.nodeTypes, in: $0) }
        return await MemcachedStart(of: cluster, parameters, tools, catalog.memcached.first { $0.path == cluster.build.path })
    }
}

extension InstalledEngines {
    /// The builds, looked for again if a cluster's own is not among them: it may have come back.
    func catalog(with build: MemcachedBuildReference) async -> EngineCatalog {
        let known = await catalog()
        return known.memcached.contains { $0.path == build.path } ? known : await look()
    }

    /// The build that serves a release, with TLS if the cluster is to be encrypted; nil if none that is installed can.
    func build(for release: MemcachedRelease, encrypted: Bool = false) async -> MemcachedBuildReference? {
        if let build = await catalog().build(for: release, encrypted: encrypted) { return build }
        return await look().build(for: release, encrypted: encrypted)
    }
}

extension EngineCatalog {
    func build(for release: MemcachedRelease, encrypted: Bool = false) -> MemcachedBuildReference? {
        chooseMemcached(major: release.version.major, minor: release.version.minor, encrypted: encrypted)
            .map { MemcachedBuildReference(version: $0.version.description, path: $0.path) }
    }
}
