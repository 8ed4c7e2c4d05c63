import AWSProtocol
import CacheModel
import Crypto
import ElastiCacheAPI
import Foundation

/// A request that passed every rule, and the group that it makes in a world.
struct Blueprint {
    /// The engines' bus listens on the port plus this.
    private static let busOffset = 10_000

    let id: String
    let description: String
    let engine: EngineChoice
    let build: BuildReference
    let topology: Topology
    let settings: GroupSettings
    let tags: [Tag]

    func build(_ context: RequestContext, network: GroupNetwork, places: NodePlaces, in draft: inout Draft) throws -> ReplicationGroup {
        if topology.clusterEnabled, settings.port + Self.busOffset > 65_535 {
            throw ServiceFault.value(
                "The parameter Port must not exceed \(65_535 - Self.busOffset) with cluster mode enabled: the cluster bus uses the port "
                    + "\(Self.busOffset) above it. It was \(settings.port).")
        }
        let uid = Secret.hexadecimal(bytes: 4)
        var nodeGroups: [NodeGroup] = []
        for shard in topology.shards {
            let names = MemberID.names(group: id, nodeGroup: shard.id, count: shard.places.count, clusterMode: topology.clusterEnabled)
            var members: [Member] = []
            for (name, place) in zip(names, shard.places) {
                guard draft.state.clusterIDs[context.realm]?[name] == nil else {
                    throw ServiceFault(
                        .cacheClusterAlreadyExists,
                        "Cache cluster \(name) already exists, and the group named by ReplicationGroupId would have a member of that name.")
                }
                members.append(
                    try places.member(
                        name, at: place, process: "\(name)-\(uid)", of: uid, realm: context.realm, clusterEnabled: topology.clusterEnabled,
                        tags: tags, &draft))
            }
            nodeGroups.append(
                NodeGroup(
                    id: shard.id, slots: shard.slots, members: members, primary: names[0],
                    primaryAddress: topology.clusterEnabled ? nil : try places.endpoint(of: uid, &draft),
                    readerAddress: topology.clusterEnabled ? nil : try places.endpoint(of: uid, &draft)))
        }
        var group = ReplicationGroup(
            kind: .replicationGroup, realm: context.realm, id: id, uid: uid, description: description, createTime: context.now,
            engine: engine.kind, engineVersion: engine.release.name, fullEngineVersion: engine.version.description, build: build,
            nodeType: engine.nodeType.name, parameterGroup: parameterGroup, port: settings.port,
            clusterEnabled: topology.clusterEnabled, automaticFailover: topology.automaticFailover, multiAZ: topology.multiAZ,
            autoMinorVersionUpgrade: settings.autoMinorVersionUpgrade, snapshotRetentionLimit: settings.snapshotRetentionLimit,
            snapshotWindow: settings.snapshotWindow, maintenanceWindow: settings.maintenanceWindow, tags: tags, nodeGroups: nodeGroups,
            configurationAddress: topology.clusterEnabled ? try places.endpoint(of: uid, &draft) : nil,
            credentials: Credentials(administration: Secret.hexadecimal(bytes: 32), replication: Secret.hexadecimal(bytes: 32)))
        group.network = network
        return group
    }

    private var parameterGroup: String {
        let group = engine.namedGroup ?? DefaultParameterGroup(family: engine.family, clusterOn: topology.clusterEnabled)
        return group?.name ?? "default.\(engine.family.name)"
    }
}

/// Random secrets and names.
enum Secret {
    static func hexadecimal(bytes: Int) -> String {
        SymmetricKey(size: SymmetricKeySize(bitCount: bytes * 8)).withUnsafeBytes { key in
            key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}
