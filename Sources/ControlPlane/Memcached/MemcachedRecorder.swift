import AWSProtocol
import CacheModel
import Engine
import Foundation
import Planning

/// Does the steps of a Memcached cluster's plan: all of them are records.
struct MemcachedRecorder {
    private(set) var cluster: MemcachedCluster
    private let original: MemcachedCluster
    private let tools: ReconcilingTools
    private let catalog: EngineCatalog
    private let picker: AddressPicker
    /// Nil where no node is to be started, or nobody asked what its build takes.
    private let prepared: MemcachedStart?
    private var isGone = false

    init(cluster: MemcachedCluster, tools: ReconcilingTools, catalog: EngineCatalog, picker: AddressPicker, start: MemcachedStart? = nil) {
        self.cluster = cluster
        self.original = cluster
        self.tools = tools
        self.catalog = catalog
        self.picker = picker
        self.prepared = start
    }

    /// Whether a step gave the creation up: those after it are for nothing.
    var hasFailed: Bool { cluster.status == .createFailed && original.status != .createFailed }

    mutating func record(_ step: Step, in draft: inout Draft) throws {
        switch step {
        case .start(let node, _, _): try start(node, in: &draft)
        case .stop(let node, let reason): try stop(node, reason, in: &draft)
        case .moveAddress(let what): try moveAddress(of: what, in: &draft)
        case .route(let route): try draft.put(route, owner: cluster.groupKey)
        case .dropRoute(let name): draft.removeRoute(name)
        case .remove(let node): try remove(node, in: &draft)
        case .dropMember(let node): try drop(node, in: &draft)
        case .joined(let node): try joined(node, in: &draft)
        case .abandon(let node, let reason): try abandon(node, reason, in: &draft)
        case .rebooted(let node):
            cluster.change(node) { $0.change = nil }
            try log("Cache node \(node) restarted", in: &draft)
        case .giveUp(let wish, let reason): try giveUp(wish, reason, in: &draft)
        case .note(let node, let report): try note(node, report, in: &draft)
        case .becomeAvailable: try becomeAvailable(in: &draft)
        case .fail(let reason): try fail(reason, in: &draft)
        case .forget: try forget(in: &draft)
        // What only replication groups are told to do.
        case .save, .replicate, .recordPrimary, .promote, .handOver, .release, .introduce, .forgetNodes, .bind, .tune, .configure,
            .configured, .failoverTested, .recordHistory, .endHistory, .renew, .chooseSuccessor, .endUpdate, .changeNodeType,
            .becomeCacheCluster,
            .issueCertificate, .loadCertificates, .certificatesLoaded, .giveAuthTokens, .authTokensGiven:
            break
        }
    }

    /// Writes the cluster itself, if a step changed it.
    func finish(in draft: inout Draft) throws {
        if !isGone, cluster != original { try draft.put(cluster) }
    }

    // MARK: Nodes

    private mutating func start(_ id: String, in draft: inout Draft) throws {
        guard let node = cluster.node(id) else { return }
        guard let build = catalog.memcached.first(where: { $0.path == cluster.build.path }) else {
            throw EngineGone(path: cluster.build.path)
        }
        let start =
            prepared
            ?? MemcachedStart(
                of: cluster, MemcachedParameters(of: cluster, tools.nodeTypes, in: draft.state),
                connectionLimit: tools.memcached.connectionLimit)
        let previous = draft.state.processes[node.process]?.value.incarnation ?? 0
        try draft.put(
            ProcessSpec(
                id: node.process, incarnation: previous + 1, executable: build.path,
                arguments: start.options(at: node.address.description).arguments(for: build),
                listens: [ProcessSpec.Listen(address: node.address.description, port: cluster.port)]))
        try tellOfParameters(start.withoutEffect(on: build), in: &draft)
        cluster.change(id) {
            $0.startedWith = start.chosen
            $0.withoutEffect = start.withoutEffect(on: build)
        }
        try tellOfStart(node, in: &draft)
    }

    /// Tells once of a parameter that the nodes make nothing of.
    private func tellOfParameters(_ ineffective: [ParameterWithoutEffect], in draft: inout Draft) throws {
        for new in ineffective where !cluster.nodes.contains(where: { $0.withoutEffect?.contains(new) == true }) {
            try log(new.message(of: cluster.parameterGroup), in: &draft)
        }
    }

    private mutating func tellOfStart(_ node: MemcachedNode, in draft: inout Draft) throws {
        guard cluster.wasAvailable, cluster.status != .deleting, node.change != .joining else { return }
        if case .rebooting = node.change { return try log("Cache node \(node.id) shutdown", in: &draft) }
        var trouble = cluster.node(node.id)?.trouble ?? Trouble(kind: .ended, reason: "", since: tools.now())
        trouble.restarts += 1
        cluster.change(node.id) { $0.trouble = trouble }
        switch trouble.restarts {
        case 1: try log("Recovering cache nodes \(node.id)", in: &draft)
        case RestartPace.free:
            try log("Cache node \(node.id) ends again and again and is started ever more slowly: \(trouble.summary)", in: &draft)
        default: break
        }
    }

    private mutating func stop(_ id: String, _ reason: StopReason, in draft: inout Draft) throws {
        guard let node = cluster.node(id), var spec = draft.state.processes[node.process]?.value else { return }
        spec.goal = .stopped
        spec.stopGrace = reason == .reboot ? ProcessSpec.usualGrace : 0
        try draft.put(spec)
        switch reason {
        case .hung: try note(id, TroubleReport(kind: .hung, reason: "it ran and did not answer"), in: &draft)
        case .zoneDown: try note(id, TroubleReport(kind: .zoneDown, reason: "Availability zone \(node.zone) is down"), in: &draft)
        case .reboot, .failoverTest: return
        }
    }

    private func remove(_ id: String, in draft: inout Draft) throws {
        guard let node = cluster.node(id), var spec = draft.state.processes[node.process]?.value else { return }
        spec.goal = .removed
        try draft.put(spec)
    }

    private mutating func drop(_ id: String, in draft: inout Draft) throws {
        guard let node = cluster.node(id) else { return }
        cluster.nodes.removeAll { $0.id == id }
        release(node, in: &draft)
        try log("Removed cache nodes \(id)", in: &draft)
    }

    private mutating func joined(_ id: String, in draft: inout Draft) throws {
        guard let node = cluster.node(id) else { return }
        cluster.change(id) { $0.change = nil }
        try log("Added cache node \(id) in availability zone \(node.zone)", in: &draft)
    }

    private mutating func abandon(_ id: String, _ reason: String, in draft: inout Draft) throws {
        guard cluster.node(id)?.change == .joining else { return }
        cluster.change(id) { $0.change = .leaving }
        cluster.resize?.to -= 1
        try log("Cache node \(id) could not be added: \(reason)", in: &draft)
    }

    /// Takes a wish's mark away, and says so to whoever asked. A node that can't be added has to go: see `abandon`.
    private mutating func giveUp(_ wish: Wish, _ reason: String, in draft: inout Draft) throws {
        switch wish {
        case .reboot(let id):
            guard let node = cluster.node(id), node.isRebooting else { return }
            cluster.change(id) { $0.change = nil }
            try log("The reboot of cache node \(id) was given up: \(reason)", in: &draft)
        case .settings where cluster.former != nil:
            let version = cluster.engineVersion
            MemcachedVersionChange.giveUp(&cluster, tools.now(), in: &draft)
            try log("The change to engine version \(version) was given up: \(reason)", in: &draft)
        case .settings, .addition, .removal, .switchover, .failoverTest, .recovery: break
        }
    }

    /// Tells of each trouble once, and of its end.
    private mutating func note(_ id: String, _ report: TroubleReport?, in draft: inout Draft) throws {
        guard let node = cluster.node(id) else { return }
        guard let report else {
            guard node.trouble != nil else { return }
            cluster.change(id) { $0.trouble = nil }
            return try log("Finished recovery for cache nodes \(id)", in: &draft)
        }
        let isKnown = node.trouble.map { $0.kind == report.kind && !$0.reason.isEmpty } ?? false
        let trouble = Trouble(
            kind: report.kind, reason: report.reason, since: node.trouble?.since ?? tools.now(), restarts: node.trouble?.restarts ?? 0)
        cluster.change(id) { $0.trouble = trouble }
        guard !isKnown || report.kind == .refused else { return }
        // Nothing failed: its restart is told of.
        if report.reason == ProcessStatus.stoppedDetail { return }
        try log(trouble.message(of: id), in: &draft)
    }

    // MARK: Addresses

    /// Of a node before clients were told of it, or (by the cluster's own name) of the configuration endpoint.
    private mutating func moveAddress(of what: String, in draft: inout Draft) throws {
        guard let region = Region(cluster.realm.region) else { return }
        do {
            let places = try NodePlaces.memcached(in: cluster.realm, region, tools.network, picker, &draft)
            if what == cluster.name {
                let address = try places.endpoint(of: cluster.uid, &draft).main
                leave(cluster.configurationAddress, in: &draft)
                cluster.configurationAddress = address
            } else if let node = cluster.node(what) {
                let address = try places.address(at: NodePlace(zone: node.zone), for: node.process, &draft)
                leave(node.address, in: &draft)
                cluster.change(what) { $0.address = address }
                try start(what, in: &draft)
            }
        } catch is ServiceFault {
            let reason = "somebody listens on port \(cluster.port) at every address that was tried"
            guard !cluster.wasAvailable else { return try abandon(what, reason, in: &draft) }
            try fail("\(reason): choose another Port", in: &draft)
        }
    }

    /// Somebody else listens there.
    private func leave(_ address: IPAddress, in draft: inout Draft) {
        draft.take(address, for: AddressOwner.elsewhere(foundBy: cluster.uid))
    }

    // MARK: The cluster's life

    private mutating func becomeAvailable(in draft: inout Draft) throws {
        releaseForeignAddresses(in: &draft)
        cluster.status = .available
        cluster.former = nil
        cluster.modifyingSince = nil
        if let resize = cluster.resize {
            cluster.resize = nil
            try log("Finished modifying number of nodes from \(resize.from) to \(resize.to)", in: &draft)
        }
        guard !cluster.wasAvailable else { return }
        cluster.wasAvailable = true
        try log("Cache cluster created", in: &draft)
        for node in cluster.nodes { try log("Added cache node \(node.id) in availability zone \(node.zone)", in: &draft) }
        if cluster.build.version != cluster.engineVersion {
            let engine = MemcachedRelease.engine
            try log("Engine \(engine) \(cluster.engineVersion) is served by \(engine) \(cluster.build.version)", in: &draft)
        }
    }

    private mutating func fail(_ reason: String, in draft: inout Draft) throws {
        releaseForeignAddresses(in: &draft)
        cluster.status = .createFailed
        cluster.failure = reason
        try log("Cache cluster \(cluster.name) could not be created: \(reason)", in: &draft)
    }

    private mutating func forget(in draft: inout Draft) throws {
        isGone = true
        releaseForeignAddresses(in: &draft)
        for node in cluster.nodes { release(node, in: &draft) }
        draft.release(cluster.configurationAddress)
        draft.releaseClusterID(cluster.name, in: cluster.realm)
        draft.remove(cluster)
        try log("Cache cluster deleted", in: &draft)
    }

    private func release(_ node: MemcachedNode, in draft: inout Draft) {
        draft.removeProcess(node.process)
        draft.release(node.address)
    }

    /// What somebody else listened on may be free again.
    private func releaseForeignAddresses(in draft: inout Draft) {
        let owner = AddressOwner.elsewhere(foundBy: cluster.uid)
        for (address, taken) in draft.state.addresses where taken.value == owner { draft.release(address) }
    }

    private func log(_ message: String, in draft: inout Draft) throws { try draft.log([message], of: cluster, at: tools.now()) }
}
