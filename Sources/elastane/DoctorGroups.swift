import CacheModel
import ControlPlane
import Foundation
import Host

/// How the groups of a data directory are.
extension Examination {
    static func groups(_ survey: Survey, in directory: DataDirectory) -> [Finding] {
        let isServed = directory.holder() != nil
        let standing = survey.groups.count { $0.status == .available }
        let summary = Finding(
            subject: "groups", level: .fine,
            detail: "\(standing) of \(survey.groups.count) available" + (isServed ? "" : "; no service runs on \(directory.path)"))
        return [summary] + survey.groups.compactMap { status($0, isServed: isServed) }
            + survey.groups.compactMap { unguarded($0.unguarded, name($0)) }
            + survey.groups.flatMap { group in group.members.compactMap { trouble($0, of: group, in: directory) } }
            + survey.groups.flatMap { group in group.members.flatMap { parameters(of: $0, in: group) } }
            + survey.downZones.map { zone($0, survey) } + missingBuilds(survey) + survey.unreadable.map(unreadable)
    }

    /// Nil for a group that is available.
    private static func status(_ group: ReplicationGroup, isServed: Bool) -> Finding? {
        switch group.status {
        case .available: return nil
        case .createFailed:
            let remedy =
                group.kind == .replicationGroup
                ? "aws elasticache delete-replication-group --replication-group-id \(group.id)"
                : "aws elasticache delete-cache-cluster --cache-cluster-id \(group.id)"
            return Finding(
                subject: "group", level: .advice,
                detail: "\(name(group)) is create-failed: \(firstLine(group.failure ?? "no reason is on record"))",
                remedy: remedy)
        case .creating, .modifying, .deleting:
            let status = "\(name(group)) is \(group.status.rawValue)"
            if isServed { return Finding(subject: "group", level: .fine, detail: status) }
            return Finding(
                subject: "group", level: .advice, detail: status + ", and no service runs that would finish it", remedy: "elastane serve")
        }
    }

    /// Nil where security groups are enforced.
    static func unguarded(_ problem: String?, _ name: String) -> Finding? {
        problem.map { problem in
            Finding(
                subject: "security groups", level: .advice, detail: "those of \(name) are recorded and not enforced: \(problem)",
                remedy: "Install nftables, and run the service as root or with CAP_NET_ADMIN: it then enforces them by itself.")
        }
    }

    /// Nil for a member that has none.
    private static func trouble(_ member: Member, of group: ReplicationGroup, in directory: DataDirectory) -> Finding? {
        guard let trouble = member.trouble else { return nil }
        let (what, remedy): (String, String) =
            switch trouble.kind {
            case .ended: ("has ended", log(member, of: group, directory))
            case .refused: ("could not be started", log(member, of: group, directory))
            case .hung: ("hangs", log(member, of: group, directory))
            case .engineMissing: ("has no engine", "Install \(group.build.engine.rawValue) \(group.build.version) at \(group.build.path).")
            case .saveFailing: ("can't save its data", log(member, of: group, directory))
            case .sealFailing: ("saves its data in memory alone", "`elastane keys list` shows the keys; the disk must have room, too.")
            case .zoneDown: ("is not run: its zone is down", "elastane fault zone \(member.zone) up")
            }
        return Finding(
            subject: "member", level: .advice,
            detail: "\(member.id) of \(name(group)) \(what) (since \(trouble.since.formatted(.iso8601))\(restarts(trouble))): "
                + firstLine(trouble.reason),
            remedy: remedy)
    }

    /// What its parameter group says and it makes nothing of.
    private static func parameters(of member: Member, in group: ReplicationGroup) -> [Finding] {
        (member.parameters?.withoutEffect ?? []).map { withoutEffect($0, of: group.parameterGroup, on: "\(member.id) of \(name(group))") }
    }

    static func withoutEffect(_ parameter: ParameterWithoutEffect, of group: String, on node: String) -> Finding {
        Finding(
            subject: "parameter", level: .advice,
            detail: "\(parameter.name) \(parameter.value) of the parameter group \(group) has no effect on \(node): "
                + firstLine(parameter.reason),
            remedy: "It runs with another value. Reset the parameter, or use an engine version that has it.")
    }

    static func restarts(_ trouble: Trouble) -> String {
        trouble.restarts == 0 ? "" : ", started again \(trouble.restarts == 1 ? "once" : "\(trouble.restarts) times")"
    }

    private static func zone(_ zone: String, _ survey: Survey) -> Finding {
        let members =
            survey.groups.flatMap(\.members).count { $0.zone == zone }
            + survey.memcachedClusters.flatMap(\.nodes).count { $0.zone == zone }
        return Finding(
            subject: "zone", level: .advice,
            detail: "\(zone) is down, by `elastane fault`: \(members) \(members == 1 ? "member is" : "members are") in it",
            remedy: "elastane fault zone \(zone) up")
    }

    /// What groups could not be started with again.
    private static func missingBuilds(_ survey: Survey) -> [Finding] {
        let users = survey.groups.filter { $0.status != .createFailed && $0.status != .deleting }
        let uses = users.flatMap { group in group.builds.map { (build: $0, group: group) } }
        let gone = Dictionary(grouping: uses, by: \.build.path).filter { !FileManager.default.isExecutableFile(atPath: $0.key) }
        return gone.sorted { $0.key < $1.key }.compactMap { path, uses in
            guard let build = uses.first?.build else { return nil }
            return Finding(
                subject: "engine", level: .missing,
                detail: "\(build.engine.rawValue) \(build.version) at \(path) is not installed any more, and needed by "
                    + uses.map { name($0.group) }.joined(separator: ", "),
                remedy: "Install it there again: nodes that run go on, and none of them could be restarted.")
        }
    }

    private static func unreadable(_ record: (key: String, reason: String)) -> Finding {
        Finding(
            subject: "record", level: .advice, detail: "\(record.key) can't be read: \(firstLine(record.reason))",
            remedy: "It is left alone, with what it speaks of. Run the version of Elastane that wrote it, or restore a backup.")
    }

    private static func name(_ group: ReplicationGroup) -> String { "\(group.id) (\(group.realm.region), account \(group.realm.account))" }

    private static func log(_ member: Member, of group: ReplicationGroup, _ directory: DataDirectory) -> String {
        "Its log is \(home(of: member, in: group, directory))/engine.log."
    }

    /// The directory that its process works in.
    static func home(of member: Member, in group: ReplicationGroup, _ directory: DataDirectory) -> String {
        (group.isEncryptedAtRest ? directory.memory?.directory(of: member.process) : nil) ?? directory.directory(of: member.process)
    }

    static func firstLine(_ text: String) -> String { text.split(whereSeparator: \.isNewline).first.map(String.init) ?? "" }
}
