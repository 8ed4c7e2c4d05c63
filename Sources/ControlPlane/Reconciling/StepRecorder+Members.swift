import CacheModel
import Foundation
import Planning

extension StepRecorder {
    /// The one cache node of every member.
    private static let node = "0001"

    mutating func start(_ id: String, follows: String?, _ data: StartData, in draft: inout Draft) throws {
        guard let member = group.member(id) else { return }
        let known = draft.state.processes[member.process]?.value
        let previous = known?.incarnation ?? 0
        let origin = Origin(data, of: member, in: group, draft.state)
        let access = draft.state.access(of: group) ?? group.lastAccess(of: member)
        var spec = try files.process(
            for: member, of: group, access, follows: follows.flatMap { group.member($0) }, isFirst: previous == 0, origin)
        spec.files += try certificateFiles(of: member)
        spec.edition = known?.edition
        if let access { group.record(access, of: [id]) }
        spec.incarnation = previous + 1
        spec.seeds = origin.seeds
        spec.setAside = origin.setAside
        try draft.put(spec)
        if let parameters = files.parameters { try configured(id, parameters.running, in: &draft) }
        try tellOfStart(member, in: &draft)
    }

    /// Tells once of a parameter that a node makes nothing of.
    mutating func configured(_ id: String, _ parameters: RunningParameters, in draft: inout Draft) throws {
        guard let member = group.member(id) else { return }
        let known = member.parameters?.withoutEffect ?? []
        change(id) { $0.parameters = parameters }
        for new in parameters.withoutEffect where !known.contains(new) {
            try log(.cacheCluster, id, new.message(of: group.parameterGroup), in: &draft)
        }
    }

    private mutating func tellOfStart(_ member: Member, in draft: inout Draft) throws {
        guard group.wasAvailable, group.status != .deleting, member.change != .joining else { return }
        if case .rebooting = member.change {
            return try log(.cacheCluster, member.id, "Cache node \(Self.node) shutdown", in: &draft)
        }
        var trouble = member.trouble ?? Trouble(kind: .ended, reason: "", since: tools.now())
        trouble.restarts += 1
        change(member.id) { $0.trouble = trouble }
        switch trouble.restarts {
        case 1: try log(.cacheCluster, member.id, "Recovering cache nodes \(Self.node)", in: &draft)
        case RestartPace.free:
            let message = "Cache node \(Self.node) ends again and again and is started ever more slowly: \(trouble.summary)"
            try log(.cacheCluster, member.id, message, in: &draft)
        default: break
        }
    }

    mutating func stop(_ id: String, _ reason: StopReason, in draft: inout Draft) throws {
        guard let member = group.member(id), var spec = draft.state.processes[member.process]?.value else { return }
        spec.goal = .stopped
        spec.stopGrace = reason == .reboot ? ProcessSpec.usualGrace : 0
        try draft.put(spec)
        switch reason {
        case .reboot: return
        case .hung: try note(id, TroubleReport(kind: .hung, reason: "it ran and did not answer"), in: &draft)
        case .zoneDown: try note(id, TroubleReport(kind: .zoneDown, reason: "Availability zone \(member.zone) is down"), in: &draft)
        case .failoverTest:
            let trouble = Trouble(kind: .ended, reason: "ended by a test of the failover", since: tools.now())
            change(id) { $0.trouble = trouble }
        }
    }

    /// Tells of each trouble once, and of its end.
    mutating func note(_ id: String, _ report: TroubleReport?, in draft: inout Draft) throws {
        guard let member = group.member(id) else { return }
        guard let report else {
            guard let past = member.trouble else { return }
            change(id) { $0.trouble = nil }
            let message =
                past.kind == .saveFailing || past.kind == .sealFailing
                ? "The data of cache node \(Self.node) is saved again" : "Finished recovery for cache nodes \(Self.node)"
            return try log(.cacheCluster, id, message, in: &draft)
        }
        var trouble = Trouble(kind: report.kind, reason: report.reason, since: tools.now())
        let isKnown = member.trouble.map { $0.kind == report.kind && !$0.reason.isEmpty } ?? false
        if let known = member.trouble {
            trouble.since = known.since
            trouble.restarts = known.restarts
        }
        change(id) { $0.trouble = trouble }
        guard !isKnown || report.kind == .refused else { return }
        // Nothing failed: its restart is told of.
        if report.reason == ProcessStatus.stoppedDetail { return }
        try log(.cacheCluster, id, trouble.message(of: Self.node), in: &draft)
    }

    mutating func joined(_ id: String, in draft: inout Draft) throws {
        guard let member = group.member(id) else { return }
        change(id) { $0.change = nil }
        try log(.cacheCluster, id, "Cache cluster created", in: &draft)
        try log(.cacheCluster, id, "Added cache node \(Self.node) in availability zone \(member.zone)", in: &draft)
        try tellOfParameterGroup(member, in: &draft)
    }

    /// That it is a default one goes without saying.
    func tellOfParameterGroup(_ member: Member, in draft: inout Draft) throws {
        guard DefaultParameterGroup(name: group.parameterGroup) == nil else { return }
        try log(.cacheCluster, member.id, ParameterGroupChange.event(group.parameterGroup), in: &draft)
    }

    mutating func abandon(_ id: String, _ reason: String, in draft: inout Draft) throws {
        guard group.member(id)?.change == .joining else { return }
        change(id) {
            $0.change = .leaving
            $0.trouble = nil
        }
        // That it leaves is another wish, which has its own time.
        group.modifyingSince = tools.now()
        let message = "Cache cluster \(id) could not be added: \(reason)"
        try log(.cacheCluster, id, message, in: &draft)
        try log(.replicationGroup, group.id, message, in: &draft)
        try turnFailoverOffIfAlone(in: &draft)
    }

    /// A cluster that became a group and could be given none of its replicas has nobody to fail over to.
    private mutating func turnFailoverOffIfAlone(in draft: inout Draft) throws {
        guard group.isConversion, group.automaticFailover, group.nodeGroups.allSatisfy(\.remainingReplicas.isEmpty) else { return }
        group.automaticFailover = false
        group.multiAZ = false
        try log(.replicationGroup, group.id, "Automatic failover has been turned off for replication group \(group.id)", in: &draft)
    }

    mutating func rebooted(_ id: String, in draft: inout Draft) throws {
        change(id) { $0.change = nil }
        renewed(id)
        try log(.cacheCluster, id, "Cache node \(Self.node) restarted", in: &draft)
    }

    mutating func drop(_ id: String, in draft: inout Draft) throws {
        guard let member = group.member(id) else { return }
        for n in group.nodeGroups.indices { group.nodeGroups[n].members.removeAll { $0.id == id } }
        releaseMember(member, in: &draft)
        try log(.cacheCluster, id, "Removed cache nodes \(Self.node)", in: &draft)
        try log(.cacheCluster, id, "Cache cluster deleted", in: &draft)
    }

    mutating func change(_ id: String, _ body: (inout Member) -> Void) {
        for n in group.nodeGroups.indices {
            for m in group.nodeGroups[n].members.indices where group.nodeGroups[n].members[m].id == id {
                body(&group.nodeGroups[n].members[m])
            }
        }
    }

    mutating func change(nodeGroup id: String, _ body: (inout NodeGroup) -> Void) {
        for n in group.nodeGroups.indices where group.nodeGroups[n].id == id { body(&group.nodeGroups[n]) }
    }
}

extension ParameterWithoutEffect {
    /// The event that tells of it.
    func message(of group: String) -> String {
        "The value \(value) of the parameter \(name) of CacheParameterGroup \(group) has no effect: \(reason)"
    }
}

extension Trouble {
    /// The event that tells of it.
    func message(of node: String) -> String {
        switch kind {
        case .ended: "Cache node \(node) ended: \(summary)"
        case .refused, .engineMissing: "Cache node \(node) can not be started: \(summary)"
        case .hung: "Cache node \(node) does not answer"
        case .saveFailing: "The data of cache node \(node) can not be saved: the disk may be full, or memory short"
        case .sealFailing: "The data of cache node \(node) can not be encrypted onto the disk: \(summary)"
        case .zoneDown: "Cache node \(node) is not running: \(summary)"
        }
    }

    /// One line: how it began, and the last that was said.
    var summary: String {
        let lines = reason.split(separator: "\n")
        guard let first = lines.first else { return "the reason is not known" }
        return lines.count > 1 ? "\(first): \(lines[lines.count - 1])" : String(first)
    }
}
