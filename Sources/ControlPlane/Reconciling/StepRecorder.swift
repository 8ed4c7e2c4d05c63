import CacheModel
import Foundation
import Planning

/// Does the steps that are records: what a plan wants true is written down, for the hosts and for the API to read.
struct StepRecorder {
    var group: ReplicationGroup
    private let original: ReplicationGroup
    let tools: ReconcilingTools
    let files: NodeFiles
    private let picker: AddressPicker
    private var isGone = false

    init(group: ReplicationGroup, tools: ReconcilingTools, files: NodeFiles, picker: AddressPicker) {
        self.group = group
        self.original = group
        self.tools = tools
        self.files = files
        self.picker = picker
    }

    /// Whether a step gave the creation up: those after it are for nothing.
    var hasFailed: Bool { original.status == .creating && (group.status == .createFailed || group.status == .deleting) }

    mutating func record(_ step: Step, in draft: inout Draft) throws {
        switch step {
        case .start(let member, let follows, let data): try start(member, follows: follows, data, in: &draft)
        case .stop(let member, let reason): try stop(member, reason, in: &draft)
        case .moveAddress(let member):
            do {
                try moveAddress(of: member, in: &draft)
            } catch let failure as NoFreeAddress {
                let reason = failure.reason ?? "somebody listens on port \(group.port) at every address that was tried"
                if group.member(member)?.change == .joining { return try abandon(member, reason, in: &draft) }
                try fail(failure.reason ?? "\(reason): choose another Port", in: &draft)
            }
        case .recordPrimary(let nodeGroup, let member, let isFailover):
            try recordPrimary(member, of: nodeGroup, isFailover: isFailover, in: &draft)
        case .route(let route): try draft.put(route, owner: group.key)
        case .dropRoute(let name): draft.removeRoute(name)
        case .remove(let member): try remove(member, in: &draft)
        case .becomeAvailable: try becomeAvailable(in: &draft)
        case .fail(let reason): try fail(reason, in: &draft)
        case .forget: try forget(in: &draft)
        case .becomeCacheCluster: try becomeCacheCluster(in: &draft)
        case .dropMember(let member): try drop(member, in: &draft)
        case .recordHistory(let nodeGroup, let history):
            change(nodeGroup: nodeGroup) { $0.record(history: history) }
        case .endHistory(let nodeGroup):
            let end = Int64(tools.now().timeIntervalSince1970.rounded(.down))
            change(nodeGroup: nodeGroup) { $0.historyEnd = end }
        case .joined(let member): try joined(member, in: &draft)
        case .abandon(let member, let reason): try abandon(member, reason, in: &draft)
        case .giveUp(let wish, let reason): try giveUp(wish, reason, in: &draft)
        case .rebooted(let member): try rebooted(member, in: &draft)
        case .failoverTested(let nodeGroup): change(nodeGroup: nodeGroup) { $0.testFailover = nil }
        case .renew(let member): renew(member, in: &draft)
        case .chooseSuccessor(let nodeGroup, let member):
            // It is waited for from now on, however long the update has gone on.
            group.modifyingSince = tools.now()
            change(nodeGroup: nodeGroup) { $0.successor = member }
        case .endUpdate(let outcome): try endUpdate(outcome, in: &draft)
        case .changeNodeType(let refusal): try changeNodeType(refusal: refusal, in: &draft)
        case .note(let member, let report): try note(member, report, in: &draft)
        case .configured(let members):
            for (member, parameters) in members.sorted(by: { $0.key < $1.key }) { try configured(member, parameters, in: &draft) }
        case .issueCertificate(let member): try issueCertificate(member, in: &draft)
        case .certificatesLoaded(let members): for member in members { change(member) { $0.certificate?.isLoaded = true } }
        case .authTokensGiven(let members):
            let tokens = group.authTokens
            for member in members { change(member) { $0.authTokens = tokens } }
        case .replicate, .promote, .handOver, .release, .save, .introduce, .forgetNodes, .bind, .tune, .configure, .loadCertificates,
            .giveAuthTokens:
            break
        }
    }

    /// Writes the group itself, if a step changed it.
    func finish(in draft: inout Draft) throws {
        if !isGone, group != original { try draft.put(group) }
    }

    // MARK: Members

    /// A cluster's nodes know each other's addresses from their files: all of them are started anew, which costs nothing yet.
    private mutating func moveAddress(of id: String, in draft: inout Draft) throws {
        let isPrimary = group.nodeGroups.contains { $0.primary == id }
        let movesNode = !group.wasAvailable || group.member(id)?.change == .joining && !isPrimary
        guard movesNode || group.isConversion else { return }
        let sources = AddressSources(of: group, in: draft.state, tools.network)
        for n in group.nodeGroups.indices {
            guard let m = group.nodeGroups[n].members.firstIndex(where: { $0.id == id }) else { continue }
            if movesNode { group.nodeGroups[n].members[m] = try moved(group.nodeGroups[n].members[m], sources, &draft) }
            guard group.nodeGroups[n].primary == id else { continue }
            for path in Self.endpoints {
                group.nodeGroups[n][keyPath: path] = try moved(group.nodeGroups[n][keyPath: path], sources, &draft)
            }
            guard n == 0 else { continue }
            group.configurationAddress = try moved(group.configurationAddress, sources, &draft)
            group.secondConfigurationAddress = try moved(group.secondConfigurationAddress, sources, &draft)
        }
        guard movesNode else { return }
        guard !group.wasAvailable else {
            return try start(id, follows: group.nodeGroups.first { $0.member(id) != nil }?.primary, StartData(), in: &draft)
        }
        let affected = group.clusterEnabled ? group.members.map(\.id) : [id]
        for other in affected where other == id || draft.state.processes[group.member(other)?.process ?? ""] != nil {
            try start(other, follows: nil, StartData(), in: &draft)
        }
    }

    private static var endpoints: [WritableKeyPath<NodeGroup, IPAddress?>] {
        [\.primaryAddress, \.secondPrimaryAddress, \.readerAddress, \.secondReaderAddress]
    }

    private func moved(_ member: Member, _ sources: AddressSources, _ draft: inout Draft) throws -> Member {
        var moved = member
        let addresses = try member.addresses.map { address in
            guard let range = sources.range(of: member, address.family) else {
                throw NoFreeAddress(
                    reason: "the subnet \(member.subnet ?? member.zone) of \(member.id) is not among the networks that the service was "
                        + "started with")
            }
            return try another(address, in: [range], for: member.process, &draft)
        }
        (moved.address, moved.secondAddress) = (addresses[0], addresses.dropFirst().first)
        return moved
    }

    private func moved(_ endpoint: IPAddress?, _ sources: AddressSources, _ draft: inout Draft) throws -> IPAddress? {
        try endpoint.map { try another($0, in: sources.endpoints($0.family), for: group.uid, &draft) }
    }

    private func another(
        _ address: IPAddress, in ranges: [AddressRange], for owner: String, _ draft: inout Draft
    ) throws -> IPAddress {
        guard let next = ranges.lazy.compactMap({ [state = draft.state] in picker.pick(in: $0, knowing: state) }).first else {
            throw NoFreeAddress()
        }
        draft.take(address, for: AddressOwner.elsewhere(foundBy: group.uid))
        draft.take(next, for: owner)
        return next
    }

    private mutating func recordPrimary(_ id: String, of nodeGroup: String, isFailover: Bool, in draft: inout Draft) throws {
        guard let n = group.nodeGroups.firstIndex(where: { $0.id == nodeGroup }) else { return }
        let old = group.nodeGroups[n].primary
        group.nodeGroups[n].primary = id
        if old != id {
            group.nodeGroups[n].formerPrimary = FormerPrimary(old, of: group.nodeGroups[n], in: group, draft.state)
        }
        group.nodeGroups[n].successor = nil
        // Chosen although it was to leave: there was no other with the data.
        change(id) { if $0.change == .leaving { $0.change = nil } }
        guard isFailover else { return }
        let message = "Failover from primary node \(old) to replica node \(id) completed"
        try log(.cacheCluster, id, message, in: &draft)
        try log(.replicationGroup, group.id, message, in: &draft)
    }

    private func remove(_ id: String, in draft: inout Draft) throws {
        guard let member = group.member(id), var spec = draft.state.processes[member.process]?.value else { return }
        spec.goal = .removed
        try draft.put(spec)
    }

    // MARK: The group's life

    private mutating func becomeAvailable(in draft: inout Draft) throws {
        let isCreated = group.status == .creating
        // A cluster that becomes a group is there already, and replicas tell of themselves when they join.
        let isFirst = !group.wasAvailable
        releaseForeignAddresses(in: &draft)
        group.endChange()
        group.wasAvailable = true
        guard isCreated else { return }
        for member in group.members where isFirst {
            try log(.cacheCluster, member.id, "Cache cluster created", in: &draft)
            try log(.cacheCluster, member.id, "Added cache node 0001 in availability zone \(member.zone)", in: &draft)
            try tellOfParameterGroup(member, in: &draft)
            if EngineVersion(group.fullEngineVersion)?.supportsAppendOnly == false {
                try log(
                    .cacheCluster, member.id,
                    "This cache cluster does not support persistence (ex: 'appendonly').  "
                        + "Please use a different instance type to enable persistence.", in: &draft)
            }
        }
        if group.kind == .replicationGroup {
            try log(.replicationGroup, group.id, "Replication group \(group.id) created", in: &draft)
            if group.automaticFailover {
                try log(
                    .replicationGroup, group.id, "Automatic failover has been turned on for replication group \(group.id)", in: &draft)
            }
        }
        let build = group.build
        if build.engine != group.engine || !build.version.hasPrefix(group.engineVersion) {
            try log(
                group.eventSource, group.id,
                "Engine \(group.engine.rawValue) \(group.engineVersion) is served by \(build.engine.rawValue) \(build.version)", in: &draft)
        }
    }

    private mutating func fail(_ reason: String, in draft: inout Draft) throws {
        releaseForeignAddresses(in: &draft)
        let title = group.kind == .replicationGroup ? "Replication group" : "Cache cluster"
        try log(group.eventSource, group.id, "\(title) \(group.id) could not be created: \(reason)", in: &draft)
        guard !group.wasAvailable else {
            // What a cluster had before it was to become a group it keeps, and goes on alone.
            group.status = .deleting
            group.retainsPrimary = true
            return
        }
        group.status = .createFailed
        group.failure = reason
    }

    private mutating func forget(in draft: inout Draft) throws {
        isGone = true
        releaseForeignAddresses(in: &draft)
        for member in group.members {
            releaseMember(member, in: &draft)
            try log(.cacheCluster, member.id, "Cache cluster deleted", in: &draft)
        }
        releaseEndpoints(in: &draft)
        draft.removeGroup(group.key)
        if group.kind == .replicationGroup {
            try log(.replicationGroup, group.id, "Replication group \(group.id) deleted", in: &draft)
        }
    }

    /// It keeps what tells its data from older copies, and its secrets: its process goes on as it is.
    private mutating func becomeCacheCluster(in draft: inout Draft) throws {
        guard let primary = group.nodeGroups.first?.primaryMember else { return }
        try forgetAll(but: primary, in: &draft)
        var alone = group
        alone.kind = .cacheCluster
        alone.id = primary.id
        alone.status = .available
        alone.retainsPrimary = false
        alone.modifyingSince = nil
        alone.switchesFailover = nil
        alone.automaticFailover = false
        alone.multiAZ = false
        alone.tags = primary.tags
        alone.pending = nil
        alone.snapshottingCluster = nil
        alone.nodeGroups[0].members = [primary]
        for path in Self.endpoints { alone.nodeGroups[0][keyPath: path] = nil }
        alone.nodeGroups[0].successor = nil
        alone.nodeGroups[0].testFailover = nil
        try draft.put(alone)
    }

    private mutating func forgetAll(but primary: Member, in draft: inout Draft) throws {
        isGone = true
        for member in group.members where member.id != primary.id {
            releaseMember(member, in: &draft)
            try log(.cacheCluster, member.id, "Cache cluster deleted", in: &draft)
        }
        releaseEndpoints(in: &draft)
        draft.removeGroup(group.key)
        try log(.replicationGroup, group.id, "Replication group \(group.id) deleted", in: &draft)
    }

    func releaseMember(_ member: Member, in draft: inout Draft) {
        draft.removeProcess(member.process)
        for address in member.addresses { draft.release(address) }
        draft.releaseClusterID(member.id, in: group.realm)
    }

    /// What somebody else listened on may be free again: the next group that meets it finds out itself.
    private func releaseForeignAddresses(in draft: inout Draft) {
        let owner = AddressOwner.elsewhere(foundBy: group.uid)
        for (address, taken) in draft.state.addresses where taken.value == owner { draft.release(address) }
    }

    private func releaseEndpoints(in draft: inout Draft) {
        for address in group.endpointAddresses { draft.release(address) }
    }

    func log(_ source: Event.Source, _ identifier: String, _ message: String, in draft: inout Draft) throws {
        let event = Event(date: tools.now(), source: source, identifier: identifier, message: message)
        try draft.log(event, in: group.realm)
    }
}

/// A subnet has no address left, or the reason why none can be had.
struct NoFreeAddress: Error {
    var reason: String?
}
