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
        try UnservedMemcached.refuse(input)
        let network = try NetworkInput(input.networkType, input.ipDiscovery, memcached: choice)
        let encryption = try MemcachedEncryption.mode(input, choice)
        try world.read { state in
            _ = try places(
                input, SubnetChoice(input.cacheSubnetGroupName, in: state, tools.network, context.realm).supporting(network.type), context)
        }
        let port = input.port ?? Self.defaultPort
        guard (1...65_535).contains(port) else {
            throw ServiceFault.value("The parameter Port must be within 1 and 65535. It was \(port).")
        }
        let window = try window(input.preferredMaintenanceWindow, context.region)
        let topic = try NotificationInput.change(nil, topic: input.notificationTopicArn, status: nil, context)
        let tags = try TagInput.tags(input.tags, context)
        guard let build = await engines.build(for: choice.release, encrypted: encryption != nil) else {
            throw encryption == nil ? MemcachedEncryption.noEngine(choice.release) : MemcachedEncryption.noEngineWithTLS(choice.release)
        }
        return try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                try ClusterIdentifier.refuseTaken(id, in: draft.state, context.realm)
                try MemcachedChoice.refer(to: choice.parameterGroup, for: choice.release.family, in: context.realm, &draft)
                // The subnet group may have been changed since it was looked at.
                let subnets = try draft.subnets(ofGroup: input.cacheSubnetGroupName, tools.network, in: context.realm)
                    .supporting(network.type)
                let places = try places(input, subnets, context)
                let uid = Secret.hexadecimal(bytes: 4)
                let addresses = try NodePlaces(
                    in: subnets, subnets.network(network).families, tools.network, context.region, picker: picker, &draft)
                draft.takeClusterID(id, in: context.realm, for: uid)
                let endpoint = try addresses.endpoint(of: uid, &draft)
                var cluster = MemcachedCluster(
                    realm: context.realm, name: id, uid: uid, createTime: context.now, engineVersion: choice.release.name, build: build,
                    nodeType: choice.nodeType.name, parameterGroup: choice.parameterGroup, port: port,
                    autoMinorVersionUpgrade: input.autoMinorVersionUpgrade ?? true, maintenanceWindow: window, tags: tags,
                    nodes: try Self.nodes(at: places, of: id, notAmong: [], addresses, context.now, &draft),
                    configurationAddress: endpoint.main)
                cluster.secondConfigurationAddress = endpoint.second
                cluster.network = subnets.network(network)
                cluster.notificationTopic = topic
                cluster.transitEncryption = encryption
                try SecurityGroupInput(layout: tools.network, realm: context.realm)
                    .place(&cluster, in: input.securityGroupIds, subnetGroup: subnets.group, vpc: subnets.vpc)
                try NodeQuota.admit(cluster.nodes, to: cluster, context, picker)
                try draft.put(cluster)
                return cluster
            }
        }
    }

    private func places(
        _ input: API.CreateCacheClusterMessage, _ subnets: SubnetChoice, _ context: RequestContext
    ) throws -> [NodePlace] {
        try MemcachedZones.places(
            input, in: subnets.zones(of: context.region), OutpostInput(layout: tools.network, subnets: subnets))
    }

    /// Nodes at these places, with the lowest free numbers. A number that comes back is another node's.
    static func nodes(
        at places: [NodePlace], of cluster: String, notAmong taken: [String], _ addresses: NodePlaces, _ now: Date,
        change: Member.Change? = nil, _ draft: inout Draft
    ) throws -> [MemcachedNode] {
        var nodes: [MemcachedNode] = []
        for (id, place) in zip(MemcachedNodeID.free(places.count, notIn: taken), places) {
            let process = "\(cluster)-\(id)-\(Secret.hexadecimal(bytes: 4))"
            let (subnet, own) = try addresses.node(at: place, for: process, &draft)
            var node = MemcachedNode(
                id: id, zone: place.zone, address: own.main, process: process, createTime: now, change: change)
            (node.secondAddress, node.subnet, node.outpost) = (own.second, subnet.id, subnet.outpost)
            nodes.append(node)
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
