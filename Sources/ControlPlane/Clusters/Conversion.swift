import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// A lone cluster that becomes the primary of a new group: CreateReplicationGroup with `PrimaryClusterId`.
///
/// Its process, address and secrets go on as they are, so that no client notices; what is new is the record that they belong to. The group
/// is `creating` until its endpoints lead to the primary and the replicas have joined.
struct Conversion {
    private let id: String
    private let primary: String
    private let input: API.CreateReplicationGroupMessage
    private let description: String
    private let tags: [CacheModel.Tag]

    /// Throws what is wrong with the request, whatever the cluster is.
    init(_ input: API.CreateReplicationGroupMessage, _ id: String, _ context: RequestContext) throws {
        self.id = id
        primary = (input.primaryClusterId ?? "").lowercased()
        self.input = input
        description = try GroupIdentifier.description(input.replicationGroupDescription)
        try Self.refuseInherited(input)
        tags = try TagInput.tags(input.tags, context)
    }

    /// What the group has from the cluster.
    private static func refuseInherited(_ input: API.CreateReplicationGroupMessage) throws {
        let given: [(name: String, isGiven: Bool)] = [
            ("CacheNodeType", input.cacheNodeType != nil), ("Engine", input.engine != nil), ("EngineVersion", input.engineVersion != nil),
            ("CacheParameterGroupName", input.cacheParameterGroupName != nil),
            ("CacheSubnetGroupName", input.cacheSubnetGroupName != nil),
            ("SecurityGroupIds", input.securityGroupIds?.isEmpty == false), ("AuthToken", input.authToken != nil),
            ("UserGroupIds", input.userGroupIds?.isEmpty == false),
            ("KmsKeyId", input.kmsKeyId != nil),
        ]
        guard let first = given.first(where: \.isGiven) else { return }
        throw ServiceFault.combination(
            "The parameter \(first.name) can not be used together with PrimaryClusterId: it is the same as the cluster's.")
    }

    /// Moves the cluster's record to the group's, in one transaction: at no moment do both or none speak of its process.
    func convert(
        _ context: RequestContext, _ layout: NetworkLayout, picker: AddressPicker, in draft: inout Draft
    ) throws -> ReplicationGroup {
        let cluster = try cluster(in: &draft, context)
        let member = cluster.members[0]
        _ = try draft.subnets(of: cluster, layout)
        let checked = try CheckedCreation(try described(by: cluster, member), in: draft.state, layout, context)
        let (topology, settings) = (checked.topology, checked.settings)
        let places = try NodePlaces(in: checked.subnets, cluster.families, layout, context.region, picker: picker, &draft)

        var group = cluster
        group.kind = .replicationGroup
        group.id = id
        group.description = description
        group.status = .creating
        group.modifyingSince = context.now
        group.createTime = context.now
        group.automaticFailover = topology.automaticFailover
        group.multiAZ = topology.multiAZ
        group.autoMinorVersionUpgrade = settings.autoMinorVersionUpgrade
        group.snapshotRetentionLimit = settings.snapshotRetentionLimit
        group.snapshotWindow = settings.snapshotWindow
        group.maintenanceWindow = settings.maintenanceWindow
        group.snapshottingCluster = settings.snapshotRetentionLimit > 0 ? member.id : nil
        group.tags = tags.isEmpty ? cluster.tags : tags
        let (primary, reader) = (try places.endpoint(of: group.uid, &draft), try places.endpoint(of: group.uid, &draft))
        (group.nodeGroups[0].primaryAddress, group.nodeGroups[0].secondPrimaryAddress) = (primary.main, primary.second)
        (group.nodeGroups[0].readerAddress, group.nodeGroups[0].secondReaderAddress) = (reader.main, reader.second)
        group.nodeGroups[0].members[0].tags = group.tags
        group.nodeGroups[0].members[0].createTime = member.createTime ?? cluster.createTime
        group.notificationTopic = settings.notificationTopic ?? cluster.notificationTopic
        try addReplicas(at: topology.shards[0].places.dropFirst(), to: &group, places, context, &draft)
        try NodeQuota.admit(group.members.filter { $0.id != member.id }, to: group, context, picker)

        // Nobody is told where its endpoints are before they are guarded.
        group.securityChange = FirewallRules(layout).isOpen(group) ? nil : true
        draft.removeGroup(cluster.key)
        try draft.put(group)
        return group
    }

    private func cluster(in draft: inout Draft, _ context: RequestContext) throws -> ReplicationGroup {
        if draft.memcached(primary, in: context.realm) != nil {
            throw ServiceFault.combination("The parameter PrimaryClusterId names \(primary), which is a cluster of memcached.")
        }
        guard let found = draft.state.member(primary, in: context.realm), let cluster = draft.group(found.group.key) else {
            throw ServiceFault(.cacheClusterNotFound, "CacheCluster not found: \(primary) (PrimaryClusterId)")
        }
        guard cluster.kind == .cacheCluster else {
            throw ServiceFault.combination(
                "The parameter PrimaryClusterId names \(primary), which belongs to replication group \(cluster.id) already.")
        }
        guard cluster.status == .available, found.member.change == nil else {
            throw ServiceFault(
                .invalidCacheClusterState,
                "Cache cluster \(primary) is not available: its status is \(cluster.clusterStatus(found.member)). (PrimaryClusterId)")
        }
        if let waiting = cluster.pending?.upgrade {
            throw ServiceFault(
                .invalidCacheClusterState,
                "A change of EngineVersion of cache cluster \(primary) to \(waiting.engineVersion) waits for the maintenance window. "
                    + "(PrimaryClusterId)")
        }
        guard input.port ?? cluster.port == cluster.port else {
            throw ServiceFault.combination(
                "The parameter Port must be \(cluster.port), which is the port of the PrimaryClusterId \(primary), or be left out.")
        }
        return cluster
    }

    /// The request as it would be for a group that is made anew: what it leaves out is the cluster's.
    private func described(by cluster: ReplicationGroup, _ member: Member) throws -> API.CreateReplicationGroupMessage {
        var whole = input
        whole.cacheNodeType = cluster.nodeType
        whole.engine = cluster.engine.rawValue
        whole.engineVersion = cluster.engineVersion
        whole.cacheParameterGroupName = cluster.parameterGroup
        whole.cacheSubnetGroupName = cluster.subnetGroup
        try requireNetwork(of: cluster)
        (whole.networkType, whole.ipDiscovery) = (cluster.networkTypeShape, cluster.discoveryShape)
        whole.port = cluster.port
        // One that outlived an encrypted group goes on as it is.
        whole.transitEncryptionEnabled = cluster.isEncryptedInTransit
        if let asked = input.transitEncryptionEnabled, asked != cluster.isEncryptedInTransit {
            throw ServiceFault.combination(
                "The parameter TransitEncryptionEnabled must be that of the PrimaryClusterId \(primary), or be left out.")
        }
        whole.atRestEncryptionEnabled = cluster.isEncryptedAtRest
        if let asked = input.atRestEncryptionEnabled, asked != cluster.isEncryptedAtRest {
            throw ServiceFault.combination(
                "The parameter AtRestEncryptionEnabled must be that of the PrimaryClusterId \(primary), or be left out.")
        }
        whole.autoMinorVersionUpgrade = input.autoMinorVersionUpgrade ?? cluster.autoMinorVersionUpgrade
        whole.snapshotRetentionLimit = input.snapshotRetentionLimit ?? cluster.snapshotRetentionLimit
        // Windows that were chosen make room for one that is asked for.
        if input.snapshotWindow == nil, input.preferredMaintenanceWindow == nil {
            whole.snapshotWindow = cluster.snapshotWindow.description
            whole.preferredMaintenanceWindow = cluster.maintenanceWindow.description
        }
        if let first = input.preferredCacheClusterAZs?.first {
            try requireZone(first, member, "PreferredCacheClusterAZs")
            return whole
        }
        var shards = input.nodeGroupConfiguration ?? []
        if shards.isEmpty, input.numNodeGroups ?? 1 == 1 { shards = [API.NodeGroupConfiguration()] }
        if let zone = shards.first?.primaryAvailabilityZone {
            try requireZone(zone, member, "NodeGroupConfiguration.NodeGroupConfiguration.1.PrimaryAvailabilityZone")
        } else if !shards.isEmpty {
            shards[0].primaryAvailabilityZone = member.zone
        }
        whole.nodeGroupConfiguration = shards.isEmpty ? nil : shards
        return whole
    }

    private func requireNetwork(of cluster: ReplicationGroup) throws {
        if let asked = input.networkType, asked != cluster.networkTypeShape {
            throw ServiceFault.combination("The parameter NetworkType must be that of the PrimaryClusterId \(primary), or be left out.")
        }
        if let asked = input.ipDiscovery, asked != cluster.discoveryShape {
            throw ServiceFault.combination("The parameter IpDiscovery must be that of the PrimaryClusterId \(primary), or be left out.")
        }
    }

    private func requireZone(_ zone: String, _ member: Member, _ parameter: String) throws {
        guard zone == member.zone else {
            throw ServiceFault.combination(
                "The parameter \(parameter) must place the primary in \(member.zone), where the PrimaryClusterId \(primary) is. "
                    + "It was \(zone).")
        }
    }

    private func addReplicas(
        at places: some Collection<NodePlace>, to group: inout ReplicationGroup, _ room: NodePlaces, _ context: RequestContext,
        _ draft: inout Draft
    ) throws {
        let taken = draft.state.clusterIDs[context.realm] ?? [:]
        let names = AddedReplicas.names(places.count, for: group.nodeGroups[0], of: group) { taken[$0] != nil }
        for (name, place) in zip(names, places) {
            var replica = try room.member(
                name, at: place, process: "\(name)-\(Secret.hexadecimal(bytes: 4))", of: group.uid, realm: context.realm,
                clusterEnabled: false, tags: group.tags, &draft)
            replica.createTime = context.now
            replica.change = .joining
            group.nodeGroups[0].members.append(replica)
        }
        group.nodeGroups[0].members.sort { $0.id < $1.id }
    }
}
