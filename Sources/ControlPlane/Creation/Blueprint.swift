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

    func build(
        _ context: RequestContext, addresses: AddressPlan, picker: AddressPicker, in draft: inout Draft
    ) throws -> ReplicationGroup {
        if topology.clusterEnabled, settings.port + Self.busOffset > 65_535 {
            throw ServiceFault.value(
                "The parameter Port must not exceed \(65_535 - Self.busOffset) with cluster mode enabled: the cluster bus uses the port "
                    + "\(Self.busOffset) above it. It was \(settings.port).")
        }
        let uid = Secret.hexadecimal(bytes: 4)
        let regionIndex = try Self.regionIndex(context.region, in: &draft)
        func endpoint() throws -> IPv4Address {
            try Self.take(addresses.endpointSubnet(regionIndex: regionIndex), for: uid, picker, &draft)
        }
        var nodeGroups: [NodeGroup] = []
        for shard in topology.shards {
            let names = MemberID.names(group: id, nodeGroup: shard.id, count: shard.zones.count, clusterMode: topology.clusterEnabled)
            var members: [Member] = []
            for (name, zone) in zip(names, shard.zones) {
                guard draft.state.clusterIDs[context.realm]?[name] == nil else {
                    throw ServiceFault(
                        .cacheClusterAlreadyExists,
                        "Cache cluster \(name) already exists, and the group named by ReplicationGroupId would have a member of that name.")
                }
                draft.takeClusterID(name, in: context.realm, for: uid)
                let process = "\(name)-\(uid)"
                let subnet = addresses.subnet(regionIndex: regionIndex, zoneIndex: context.region.zoneIndex(zone) ?? 0)
                members.append(
                    Member(
                        id: name, zone: zone, address: try Self.take(subnet, for: process, picker, &draft), process: process,
                        clusterNodeID: topology.clusterEnabled ? Secret.hexadecimal(bytes: 20) : nil, tags: tags))
            }
            nodeGroups.append(
                NodeGroup(
                    id: shard.id, slots: shard.slots, members: members, primary: names[0],
                    primaryAddress: topology.clusterEnabled ? nil : try endpoint(),
                    readerAddress: topology.clusterEnabled ? nil : try endpoint()))
        }
        return ReplicationGroup(
            kind: .replicationGroup, realm: context.realm, id: id, uid: uid, description: description, createTime: context.now,
            engine: engine.kind, engineVersion: engine.release.name, fullEngineVersion: engine.version.description, build: build,
            nodeType: engine.nodeType.name, parameterGroup: parameterGroup, port: settings.port,
            clusterEnabled: topology.clusterEnabled, automaticFailover: topology.automaticFailover, multiAZ: topology.multiAZ,
            autoMinorVersionUpgrade: settings.autoMinorVersionUpgrade, snapshotRetentionLimit: settings.snapshotRetentionLimit,
            snapshotWindow: settings.snapshotWindow, maintenanceWindow: settings.maintenanceWindow, tags: tags, nodeGroups: nodeGroups,
            configurationAddress: topology.clusterEnabled ? try endpoint() : nil,
            credentials: Credentials(administration: Secret.hexadecimal(bytes: 32), replication: Secret.hexadecimal(bytes: 32)))
    }

    private var parameterGroup: String {
        let group = engine.namedGroup ?? DefaultParameterGroup(family: engine.family, clusterOn: topology.clusterEnabled)
        return group?.name ?? "default.\(engine.family.name)"
    }

    /// A region's slice of the network is its own for as long as it has groups.
    private static func regionIndex(_ region: Region, in draft: inout Draft) throws -> Int {
        var regions = draft.state.regions.value
        if let known = regions[region.name] { return known }
        let index = (0..<AddressPlan.regionCount).first { !regions.values.contains($0) }
        let inUse = Set(draft.state.groups.keys.map(\.realm.region))
        let abandoned = regions.keys.sorted().first { !inUse.contains($0) }
        guard let free = index ?? abandoned.flatMap({ regions.removeValue(forKey: $0) }) else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity, "The network has room for \(AddressPlan.regionCount) regions, and all are in use.")
        }
        regions[region.name] = free
        try draft.setRegions(regions)
        return free
    }

    private static func take(
        _ subnet: IPv4Network?, for owner: String, _ picker: AddressPicker, _ draft: inout Draft
    ) throws -> IPv4Address {
        guard let subnet, let address = picker.pick(in: subnet, knowing: draft.state) else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "No address is left in the subnet \(subnet?.description ?? "of this zone") of the network.")
        }
        draft.take(address, for: owner)
        return address
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
