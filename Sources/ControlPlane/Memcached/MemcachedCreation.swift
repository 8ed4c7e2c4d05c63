import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// Records a new Memcached cluster; its reconciler starts it. All rules are checked before anything is written.
struct MemcachedCreation {
    static let defaultPort = 11_211

    let world: World
    let engines: InstalledEngines
    let tools: ReconcilingTools

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        engines = environment.engines
        tools = environment.tools
    }

    /// `id` is a cache cluster's, in lower case.
    func create(_ id: String, _ input: API.CreateCacheClusterMessage, _ context: RequestContext) async throws -> MemcachedCluster {
        let choice = try MemcachedChoice(input, context)
        try UnservedMemcached.refuse(input, choice.release, context)
        let zones = try MemcachedZones.zones(input, in: context.region)
        let port = input.port ?? Self.defaultPort
        guard (1...65_535).contains(port) else {
            throw ServiceFault.value("The parameter Port must be within 1 and 65535. It was \(port).")
        }
        let window = try window(input.preferredMaintenanceWindow, context.region)
        let tags = try TagInput.tags(input.tags, context)
        guard let build = await engines.build(for: choice.release) else {
            throw ServiceFault(
                .insufficientCacheClusterCapacity,
                "No engine is installed that can serve EngineVersion \(choice.release.name) of memcached: install memcached, or name one in "
                    + "ELASTANE_ENGINES; `elastane doctor` says what was found.")
        }
        return try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                try ClusterIdentifier.refuseTaken(id, in: draft.state, context.realm)
                try MemcachedChoice.refer(to: choice.parameterGroup, for: choice.release.family, in: context.realm, &draft)
                let uid = Secret.hexadecimal(bytes: 4)
                let places = try NodePlaces.memcached(in: context.realm, context.region, tools.network, picker, &draft)
                draft.takeClusterID(id, in: context.realm, for: uid)
                let cluster = MemcachedCluster(
                    realm: context.realm, name: id, uid: uid, createTime: context.now, engineVersion: choice.release.name, build: build,
                    nodeType: choice.nodeType.name, parameterGroup: choice.parameterGroup, port: port,
                    autoMinorVersionUpgrade: input.autoMinorVersionUpgrade ?? true, maintenanceWindow: window, tags: tags,
                    nodes: try Self.nodes(in: zones, of: id, notAmong: [], places, context.now, &draft),
                    configurationAddress: try places.endpoint(of: uid, &draft).main)
                try NodeQuota.admit(cluster.nodes, to: cluster, context, picker)
                try draft.put(cluster)
                return cluster
            }
        }
    }

    /// Nodes in these zones, with the lowest free numbers. A number that comes back is another node's.
    static func nodes(
        in zones: [String], of cluster: String, notAmong taken: [String], _ places: NodePlaces, _ now: Date, change: Member.Change? = nil,
        _ draft: inout Draft
    ) throws -> [MemcachedNode] {
        var nodes: [MemcachedNode] = []
        for (id, zone) in zip(MemcachedNodeID.free(zones.count, notIn: taken), zones) {
            let process = "\(cluster)-\(id)-\(Secret.hexadecimal(bytes: 4))"
            let address = try places.address(at: NodePlace(zone: zone), for: process, &draft)
            nodes.append(MemcachedNode(id: id, zone: zone, address: address, process: process, createTime: now, change: change))
        }
        return nodes
    }

    private func window(_ text: String?, _ region: Region) throws -> MaintenanceWindow {
        if let text { return try WindowInput.maintenance(text) }
        var generator = SystemRandomNumberGenerator()
        guard let window = MaintenanceWindow.random(in: region.quietHours, avoiding: nil, using: &generator) else {
            throw ServiceFault.missing("PreferredMaintenanceWindow")
        }
        return window
    }
}
