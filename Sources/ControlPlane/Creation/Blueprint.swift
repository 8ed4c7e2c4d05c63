import AWSProtocol
import CacheModel
import Crypto
import ElastiCacheAPI
import Foundation

/// A request that passed every rule, and the group that it makes in a world.
struct Blueprint {
    let kind: GroupKey.Kind
    let id: String
    let description: String
    let engine: EngineChoice
    let build: BuildReference
    let topology: Topology
    let settings: GroupSettings
    let tags: [Tag]

    /// `kind` is `.cacheCluster` for a cluster that is alone.
    init(_ kind: GroupKey.Kind, id: String, build: BuildReference, _ checked: CheckedCreation) {
        self.kind = kind
        self.id = id
        self.build = build
        (description, engine, topology) = (checked.description, checked.engine, checked.topology)
        (settings, tags) = (checked.settings, checked.tags)
    }

    func build(
        _ context: RequestContext, addresses: AddressPlan, picker: AddressPicker, in draft: inout Draft
    ) throws -> ReplicationGroup {
        let uid = Secret.hexadecimal(bytes: 4)
        let isAlone = kind == .cacheCluster
        let hasEndpoints = !isAlone && !topology.clusterEnabled
        let places = try NodePlaces(in: context.region, addresses: addresses, picker: picker, &draft)
        var nodeGroups: [NodeGroup] = []
        for shard in topology.shards {
            let names =
                isAlone
                ? [id] : MemberID.names(group: id, nodeGroup: shard.id, count: shard.zones.count, clusterMode: topology.clusterEnabled)
            var members: [Member] = []
            for (name, zone) in zip(names, shard.zones) {
                guard draft.state.clusterIDs[context.realm]?[name] == nil else {
                    throw ServiceFault(
                        .cacheClusterAlreadyExists,
                        "Cache cluster \(name) already exists, and the group named by ReplicationGroupId would have a member of that name.")
                }
                members.append(
                    try places.member(
                        name, in: zone, process: "\(name)-\(uid)", of: uid, realm: context.realm, clusterEnabled: topology.clusterEnabled,
                        tags: tags, &draft))
            }
            nodeGroups.append(
                NodeGroup(
                    id: shard.id, slots: shard.slots, members: members, primary: names[0],
                    primaryAddress: hasEndpoints ? try places.endpoint(of: uid, &draft) : nil,
                    readerAddress: hasEndpoints ? try places.endpoint(of: uid, &draft) : nil))
        }
        var group = ReplicationGroup(
            kind: kind, realm: context.realm, id: id, uid: uid, description: description, createTime: context.now,
            engine: engine.kind, engineVersion: engine.release.name, fullEngineVersion: engine.version.description, build: build,
            nodeType: engine.nodeType.name, parameterGroup: parameterGroup, port: settings.port,
            clusterEnabled: topology.clusterEnabled, automaticFailover: topology.automaticFailover, multiAZ: topology.multiAZ,
            autoMinorVersionUpgrade: settings.autoMinorVersionUpgrade, snapshotRetentionLimit: settings.snapshotRetentionLimit,
            snapshotWindow: settings.snapshotWindow, maintenanceWindow: settings.maintenanceWindow, tags: tags, nodeGroups: nodeGroups,
            configurationAddress: topology.clusterEnabled ? try places.endpoint(of: uid, &draft) : nil,
            credentials: Credentials(administration: Secret.hexadecimal(bytes: 32), replication: Secret.hexadecimal(bytes: 32)))
        group.notificationTopic = settings.notificationTopic
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
