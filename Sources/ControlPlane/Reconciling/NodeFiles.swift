import CacheModel
import Crypto
import Engine
import Foundation
import Planning

/// The process of a member: its engine build, its configuration, its users, and in a cluster its first view of the others.
struct NodeFiles {
    /// As whom Elastane itself speaks to engines.
    static let administrator = "elastane-administrator"
    /// As whom nodes follow each other.
    static let replicator = "elastane-replication"
    static let busOffset = 10_000

    let catalog: EngineCatalog
    let durability: Durability
    /// Nil: no process is to be started.
    var parameters: StartParameters?
    /// Rules of users that a build does not take: it would not start with them.
    var refusedRules: Set<AccessTrials.Question> = []

    /// An engine that is told to keep an append-only file reads nothing else, and one that isn't reads none: at its start it is told what
    /// there is to be read, and what it should keep from then on later.
    ///
    /// `follows` is whom it follows from its first moment; in a cluster the nodes find that out themselves. Throws `EngineGone`.
    /// Without an access nobody comes in but the service itself.
    func process(
        for member: Member, of group: ReplicationGroup, _ access: NodeAccess?, follows: Member?, isFirst: Bool, _ origin: Origin
    ) throws -> ProcessSpec {
        guard let build = catalog.builds.first(where: { $0.path == group.build(of: member).path }) else {
            throw EngineGone(path: group.build(of: member).path)
        }
        let endpoint = endpointAddresses(of: member, in: group)
        var configuration = NodeConfiguration(
            address: member.address.description, port: group.port,
            replication: EngineCredentials(username: Self.replicator, password: group.credentials.replication))
        configuration.isEncrypted = group.isEncryptedInTransit
        if group.transitEncryption == .preferred { configuration.innerPorts = group.innerPorts }
        configuration.keepsDataOutOfLogs = group.isEncryptedAtRest
        configuration.endpointAddresses = (member.addresses.dropFirst() + endpoint).map(\.description)
        configuration.primary = follows.map { EngineAddress(host: $0.address.description, port: group.port) }
        configuration.frequency = Tuning.frequencyWhileForming
        configuration.syncsStraight = group.wasAvailable || Tuning.syncsStraightWhileForming
        if durability == .snapshot {
            configuration.savePoints = Tuning.savePoints.map { .init(seconds: $0.seconds, changes: $0.changes) }
            configuration.savesOnTermination = true
        }
        configuration.removesSyncFiles = durability == .none
        configuration.appendsOnly = origin.isLog || durability == .always && !origin.isSnapshot
        configuration.familyParameters = parameters?.values ?? []
        let ports = [group.listening.clear, group.listening.encrypted].filter { $0 != 0 }
        var listens = (member.addresses + endpoint).flatMap { address in
            ports.map { ProcessSpec.Listen(address: address.description, port: $0) }
        }
        var files = [
            ProcessSpec.File(
                name: NodeConfiguration.FileName.accessControl, contents: users(access, of: group, for: build).text(for: build))
        ]
        if group.clusterEnabled {
            let busPort = group.port + Self.busOffset
            let timeout = member.change == .joining ? Tuning.nodeTimeoutWhileJoining : Tuning.nodeTimeoutWhileForming
            configuration.cluster = .init(busPort: busPort, nodeTimeout: .milliseconds(timeout))
            listens += member.addresses.map { ProcessSpec.Listen(address: $0.description, port: busPort) }
            files.append(clusterFile(for: member, of: group, build, isFirst: isFirst))
        }
        files.append(ProcessSpec.File(name: NodeConfiguration.FileName.configuration, contents: configuration.text(for: build).text))
        var spec = ProcessSpec(
            id: member.process, executable: build.path, arguments: [NodeConfiguration.FileName.configuration], files: files,
            listens: listens)
        // No append-only file is kept where it would have to be sealed.
        spec.seal = group.atRestEncryption.map {
            ProcessSpec.Seal(key: $0.dataKey, files: [NodeConfiguration.FileName.data, NodeConfiguration.FileName.clusterNodes])
        }
        return spec
    }

    /// The primary answers at its shard's endpoint from the start, where its engine can give the address up again. But whoever becomes a
    /// group, or goes on alone, comes up whether or not that address can be had, and is told of it when it runs.
    private func endpointAddresses(of member: Member, in group: ReplicationGroup) -> [IPAddress] {
        guard group.build.movesAddresses, !group.isConversion, !group.retainsPrimary,
            let shard = group.nodeGroups.first(where: { $0.primary == member.id })
        else { return [] }
        return shard.primaryAddresses
    }

    /// A user whose rules the build refuses comes in nowhere.
    private func users(_ access: NodeAccess?, of group: ReplicationGroup, for build: EngineBuild) -> AccessControl {
        var users = Self.users(access, of: group)
        let refused = (access?.users ?? []).filter { refusedRules.contains(AccessTrials.Question(access: $0.access, build: build)) }
        for user in refused {
            users.users = users.users.map { $0.name == user.name ? .nobody(user.name) : $0 }
        }
        return users
    }

    /// For a node that was told of another access before; nil: it starts with this one.
    static func users(_ access: NodeAccess?, since other: NodeAccess? = nil, of group: ReplicationGroup) -> AccessControl {
        AccessControl(
            users: access?.words(since: other) ?? [],
            administrator: .init(name: administrator, passwordSHA256: Secret.sha256(group.credentials.administration)),
            replication: .init(name: replicator, passwordSHA256: Secret.sha256(group.credentials.replication)))
    }

    /// Every node knows all others, their slots and epochs before its first start. From then on it keeps the file up to date itself,
    /// so that it is left alone once the group has been available.
    private func clusterFile(
        for member: Member, of group: ReplicationGroup, _ build: EngineBuild, isFirst: Bool
    ) -> ProcessSpec.File {
        let shards = group.nodeGroups.compactMap { nodeGroup -> ClusterBirth.Shard? in
            guard let primary = nodeGroup.primaryMember else { return nil }
            return ClusterBirth.Shard(
                id: Self.sha1(group.uid + nodeGroup.id), slots: nodeGroup.slots.map { $0.first...$0.last },
                primary: node(primary, group), replicas: nodeGroup.replicas.map { node($0, group) },
                predecessor: Self.sha1("\(group.uid)\(nodeGroup.id)/predecessor"))
        }
        let birth = ClusterBirth(shards: shards)
        let position = group.nodeGroups.firstIndex { $0.primary == member.id }
        // A primary founds its shard once. Whoever starts after that finds the others settled.
        let table = position.flatMap { isFirst && ClusterFounding.applies(to: group) ? birth.founding(shardAt: $0) : nil } ?? birth.settled
        let text = table.text(for: build, myself: member.clusterNodeID ?? "")
        return ProcessSpec.File(
            name: NodeConfiguration.FileName.clusterNodes, contents: text, policy: group.wasAvailable ? .ifAbsent : .always)
    }

    private func node(_ member: Member, _ group: ReplicationGroup) -> ClusterBirth.Member {
        ClusterBirth.Member(
            id: member.clusterNodeID ?? "", address: member.address.description, port: group.port, busPort: group.port + Self.busOffset)
    }

    /// A shard's name within its cluster: 40 digits that stay the same, not a secret.
    private static func sha1(_ text: String) -> String { Secret.hexadecimal(Insecure.SHA1.hash(data: Data(text.utf8))) }
}

/// The build that a group runs on is not installed any more.
struct EngineGone: Error, CustomStringConvertible {
    let path: String

    var description: String { "the engine \(path) is not installed any more" }
}

extension EngineCatalog {
    /// The build that serves a release, with TLS if the group is to be encrypted; nil if none that is installed can.
    func build(for release: EngineRelease, encrypted: Bool = false) -> BuildReference? {
        guard let kind = EngineBuild.Kind(rawValue: release.engine.rawValue),
            let build = choose(kind, major: release.fullVersion.major, minor: release.fullVersion.minor, needsTLS: encrypted)?.build
        else { return nil }
        return BuildReference(build)
    }
}

extension BuildReference {
    /// Nil for an engine that is not served.
    init?(_ build: EngineBuild) {
        guard let engine = EngineKind(rawValue: build.kind.rawValue) else { return nil }
        self.init(engine: engine, version: build.version.description, path: build.path, movesAddresses: build.bindsWhileRunning)
    }
}
