import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// The resource that an ARN names, and its tags.
enum TaggedResource {
    case group(ReplicationGroup)
    case member(ReplicationGroup, Member)
    case reservation(NodeReservation)

    /// Throws the fault that fits: a text that is no ARN, another account's, another region's, nothing there, or a group that is
    /// not in a state to be tagged.
    static func find(_ name: String, in state: WorldState, _ context: RequestContext) throws -> TaggedResource {
        let arn = try parse(name, context)
        switch arn.type {
        case .replicationGroup:
            let key = GroupKey(kind: .replicationGroup, realm: context.realm, id: arn.name.lowercased())
            guard let group = state.groups[key]?.value else {
                throw ServiceFault(.replicationGroupNotFound, "\(arn.name) is not present")
            }
            guard group.status == .available else {
                throw ServiceFault(.invalidReplicationGroupState, "Cluster not in available state to perform tagging operations.")
            }
            return .group(group)
        case .cluster:
            guard let found = state.member(arn.name.lowercased(), in: context.realm) else {
                throw ServiceFault(.cacheClusterNotFound, "\(arn.name) is not present")
            }
            guard found.group.status == .available else {
                throw ServiceFault(.invalidReplicationGroupState, "Replication Group of \(arn.name) is not available.")
            }
            return .member(found.group, found.member)
        case .reservedInstance:
            guard let reservation = state.resource(NodeReservation.self, arn.name.lowercased(), in: context.realm) else {
                throw ServiceFault(.reservedCacheNodeNotFound, "\(arn.name) is not present")
            }
            return .reservation(reservation)
        default:
            throw ServiceFault(notFoundCode(arn.type), "\(arn.name) is not present")
        }
    }

    var tags: [CacheModel.Tag] {
        switch self {
        case .group(let group): group.tags
        case .member(_, let member): member.tags
        case .reservation(let reservation): reservation.tags
        }
    }

    /// Commits the result of `change`. A group's tags are its members' too.
    static func change(
        _ name: String, in world: World, _ context: RequestContext,
        _ change: ([CacheModel.Tag], _ isTarget: Bool) throws -> [CacheModel.Tag]
    ) async throws -> [CacheModel.Tag] {
        try await world.transact { draft in
            let resource = try find(name, in: draft.state, context)
            let changed = try change(resource.tags, true)
            switch resource {
            case .group(var group):
                _ = draft.group(group.key)
                group.tags = changed
                for n in group.nodeGroups.indices {
                    for m in group.nodeGroups[n].members.indices {
                        group.nodeGroups[n].members[m].tags = try change(group.nodeGroups[n].members[m].tags, false)
                    }
                }
                try draft.put(group)
            case .member(var group, let member):
                _ = draft.group(group.key)
                for n in group.nodeGroups.indices {
                    for m in group.nodeGroups[n].members.indices where group.nodeGroups[n].members[m].id == member.id {
                        group.nodeGroups[n].members[m].tags = changed
                    }
                }
                if group.kind == .cacheCluster { group.tags = changed }
                try draft.put(group)
            case .reservation(var reservation):
                reservation.tags = changed
                try draft.put(reservation)
            }
            return changed
        }
    }

    private static func parse(_ name: String, _ context: RequestContext) throws -> ARN {
        let arn: ARN
        do {
            arn = try ARN(parsing: name, in: context.region)
        } catch {
            switch error {
            case .components: throw ServiceFault(.invalidARN, "Input ARN string does not have 7 components.")
            case .partition(let expected): throw ServiceFault(.invalidARN, "partition field is wrong. Expected value is \(expected)")
            case .service: throw ServiceFault(.invalidARN, "service field is wrong. Expected value is elasticache")
            case .resourceType(let type): throw ServiceFault(.invalidARN, "resource type field is wrong: \(type)")
            case .emptyName: throw ServiceFault(.invalidARN, "resource name field is empty.")
            }
        }
        guard arn.region == context.region.name || arn.type == .globalReplicationGroup else {
            throw ServiceFault.value("Unauthorized call. Please check the region or customer id. ResourceName names region \(arn.region).")
        }
        guard arn.account == context.realm.account else {
            throw ServiceFault.value("The resource ARN does not belong to the caller's account. ResourceName names \(arn.account).")
        }
        return arn
    }

    private static func notFoundCode(_ type: ARN.ResourceType) -> FaultCode {
        switch type {
        case .replicationGroup: .replicationGroupNotFound
        case .cluster: .cacheClusterNotFound
        case .parameterGroup: .cacheParameterGroupNotFound
        case .subnetGroup: .cacheSubnetGroupNotFound
        case .snapshot: .snapshotNotFound
        case .user: .userNotFound
        case .userGroup: .userGroupNotFound
        case .securityGroup: .cacheSecurityGroupNotFound
        case .reservedInstance: .reservedCacheNodeNotFound
        case .serverlessCache: .serverlessCacheNotFound
        case .serverlessCacheSnapshot: .serverlessCacheSnapshotNotFound
        case .globalReplicationGroup: .globalReplicationGroupNotFound
        }
    }
}
