import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// A replica that is added to a group under an id of the caller's own: CreateCacheCluster with `ReplicationGroupId`.
struct OwnReplica {
    private let id: String
    private let group: String
    private let zone: String?
    private let tags: [CacheModel.Tag]

    /// All but its place and its tags it has from the group.
    init(_ input: API.CreateCacheClusterMessage, _ id: String, of group: String, _ context: RequestContext) throws {
        var rest = input
        rest.cacheClusterId = ""
        rest.replicationGroupId = nil
        rest.azMode = nil
        rest.preferredAvailabilityZone = nil
        rest.preferredAvailabilityZones = nil
        rest.tags = nil
        for list in [\API.CreateCacheClusterMessage.cacheSecurityGroupNames, \.securityGroupIds, \.snapshotArns, \.preferredOutpostArns]
        where rest[keyPath: list]?.isEmpty == true {
            rest[keyPath: list] = nil
        }
        if rest.logDeliveryConfigurations?.isEmpty == true { rest.logDeliveryConfigurations = nil }
        try LoneCluster.refuseOutposts(input)
        guard rest == API.CreateCacheClusterMessage(cacheClusterId: "") else {
            throw ServiceFault.combination("Cannot specify additional cache cluster parameters when creating a replica cluster")
        }
        self.id = id
        self.group = group.lowercased()
        zone = try ClusterZone.check(input, context.region)
        tags = try TagInput.tags(input.tags, context)
    }

    /// The group with the replica in it, which is to join.
    func add(
        _ context: RequestContext, _ layout: NetworkLayout, picker: AddressPicker, in draft: inout Draft
    ) throws -> (group: ReplicationGroup, member: Member) {
        var group = try draft.replicationGroup(self.group, in: context.realm)
        try ClusterIdentifier.refuseTaken(id, in: draft.state, context.realm)
        if group.clusterEnabled {
            throw ServiceFault.combination(
                "The replication group \(group.id) has cluster mode enabled: use IncreaseReplicaCount. (ReplicationGroupId)")
        }
        try Readiness.requireAvailable(group)
        let nodeGroup = group.nodeGroups[0]
        try Readiness.requireNoTest(of: nodeGroup, in: group)
        let most = context.quotas.replicasPerShard
        guard nodeGroup.remainingReplicas.count < most else {
            throw ServiceFault(
                .nodeQuotaForClusterExceeded,
                "The number of replicas per node group must be within 0 and \(most). Replication group \(group.id) has "
                    + "\(nodeGroup.remainingReplicas.count). (ReplicationGroupId)")
        }
        let subnets = try draft.subnets(of: group, layout)
        let covered = subnets.zones(of: context.region)
        if let zone { try covered.check(zone, "PreferredAvailabilityZone") }
        let spread = AddedReplicas.places(1, for: nodeGroup, of: group, asked: [], covered)
        let places = try NodePlaces(in: subnets, group.families, layout, context.region, picker: picker, &draft)
        // An id that comes back is another member: its process must not find the old one's directory.
        var member = try places.member(
            id, at: zone.map { NodePlace(zone: $0) } ?? spread[0], process: "\(id)-\(Secret.hexadecimal(bytes: 4))", of: group.uid,
            realm: context.realm,
            clusterEnabled: false, tags: try allTags(of: group, context), &draft)
        member.createTime = context.now
        member.change = .joining
        group.nodeGroups[0].members.append(member)
        group.nodeGroups[0].members.sort { $0.id < $1.id }
        group.beginChange(at: context.now)
        try NodeQuota.admit([member], to: group, context, picker)
        try draft.put(group)
        return (group, member)
    }

    /// A group's tags are its members' too, also of those that come later.
    private func allTags(of group: ReplicationGroup, _ context: RequestContext) throws -> [CacheModel.Tag] {
        do {
            return try TagRules.adding(tags, to: group.tags, limit: context.quotas.tagsPerResource)
        } catch {
            throw TagInput.fault(error, context)
        }
    }
}
