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
    let subnets: SubnetChoice
    let network: GroupNetwork
    let topology: Topology
    let settings: GroupSettings
    let encryption: TransitEncryptionMode?
    let authTokens: AuthTokens?
    let atRest: AtRestEncryption?
    let tags: [Tag]

    /// `kind` is `.cacheCluster` for a cluster that is alone.
    init(_ kind: GroupKey.Kind, id: String, build: BuildReference, atRest: AtRestEncryption?, _ checked: CheckedCreation) {
        self.atRest = atRest
        self.kind = kind
        self.id = id
        self.build = build
        (description, engine, topology) = (checked.description, checked.engine, checked.topology)
        (settings, tags) = (checked.settings, checked.tags)
        (encryption, authTokens) = (checked.encryption, checked.authTokens)
        (subnets, network) = (checked.subnets, checked.subnets.network(checked.network))
    }

    func build(_ context: RequestContext, _ layout: NetworkLayout, picker: AddressPicker, in draft: inout Draft) throws -> ReplicationGroup
    {
        if let named = engine.namedGroup { try draft.refer(to: named, in: context.realm) }
        let uid = Secret.hexadecimal(bytes: 4)
        let isAlone = kind == .cacheCluster
        let hasEndpoints = !isAlone && !topology.clusterEnabled
        let places = try NodePlaces(in: subnets, network.families, layout, context.region, picker: picker, &draft)
        var nodeGroups: [NodeGroup] = []
        for shard in topology.shards {
            let names =
                isAlone
                ? [id] : MemberID.names(group: id, nodeGroup: shard.id, count: shard.places.count, clusterMode: topology.clusterEnabled)
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
            let primary = hasEndpoints ? try places.endpoint(of: uid, &draft) : nil
            let reader = hasEndpoints ? try places.endpoint(of: uid, &draft) : nil
            var nodeGroup = NodeGroup(
                id: shard.id, slots: shard.slots, members: members, primary: names[0], primaryAddress: primary?.main,
                readerAddress: reader?.main)
            (nodeGroup.secondPrimaryAddress, nodeGroup.secondReaderAddress) = (primary?.second, reader?.second)
            nodeGroups.append(nodeGroup)
        }
        let configuration = topology.clusterEnabled ? try places.endpoint(of: uid, &draft) : nil
        var group = ReplicationGroup(
            kind: kind, realm: context.realm, id: id, uid: uid, description: description, createTime: context.now,
            engine: engine.kind, engineVersion: engine.release.name, fullEngineVersion: engine.version.description, build: build,
            nodeType: engine.nodeType.name, parameterGroup: parameterGroup, port: settings.port,
            clusterEnabled: topology.clusterEnabled, automaticFailover: topology.automaticFailover, multiAZ: topology.multiAZ,
            autoMinorVersionUpgrade: settings.autoMinorVersionUpgrade, snapshotRetentionLimit: settings.snapshotRetentionLimit,
            snapshotWindow: settings.snapshotWindow, maintenanceWindow: settings.maintenanceWindow, tags: tags, nodeGroups: nodeGroups,
            configurationAddress: configuration?.main,
            credentials: Credentials(administration: Secret.hexadecimal(bytes: 32), replication: Secret.hexadecimal(bytes: 32)))
        group.secondConfigurationAddress = configuration?.second
        group.network = network
        group.notificationTopic = settings.notificationTopic
        (group.transitEncryption, group.authTokens, group.atRestEncryption) = (encryption, authTokens, atRest)
        return group
    }

    private var parameterGroup: String {
        engine.namedGroup?.name ?? DefaultParameterGroup(family: engine.family, clusterOn: topology.clusterEnabled)?.name
            ?? "default.\(engine.family.name)"
    }
}

/// Random secrets and names.
enum Secret {
    static func hexadecimal(bytes: Int) -> String {
        SymmetricKey(size: SymmetricKeySize(bitCount: bytes * 8)).withUnsafeBytes { hexadecimal($0) }
    }

    /// 64 digits, as engines' ACLs have them.
    static func sha256(_ text: String) -> String { hexadecimal(SHA256.hash(data: Data(text.utf8))) }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
