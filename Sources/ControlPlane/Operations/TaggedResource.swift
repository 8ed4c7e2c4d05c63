import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// The resource that an ARN names, and its tags.
enum TaggedResource {
    case group(ReplicationGroup)
    case member(ReplicationGroup, Member)
    /// Every other kind.
    case named(any WorldResource)
    /// It is the service's own: it has no tags and can't be given any.
    case defaultParameterGroup(DefaultParameterGroup)
    case predefinedUser

    /// Throws the fault that fits: a text that is no ARN, another account's, another region's, nothing there, or a resource that is
    /// not in a state to be tagged.
    static func find(_ name: String, in state: WorldState, _ context: RequestContext) throws -> TaggedResource {
        let arn = try ARNInput.parse(name, context)
        let name = arn.name.lowercased()
        switch arn.type {
        case .replicationGroup:
            return .group(try findGroup(name, arn, in: state, context))
        case .cluster where state.resource(MemcachedCluster.self, name, in: context.realm) == nil:
            return try findMember(name, arn, in: state, context)
        case .parameterGroup:
            if let group = DefaultParameterGroup(name: name) { return .defaultParameterGroup(group) }
        case .user where name == User.defaultName:
            return .predefinedUser
        case .subnetGroup where name == DefaultSubnetGroup(realm: context.realm).name:
            return .named(state.resource(DefaultSubnetGroup.self, name, in: context.realm) ?? DefaultSubnetGroup(realm: context.realm))
        default:
            break
        }
        guard let kind = ResourceKinds.taggable.first(where: { $0.arnType == arn.type }) else { throw notPresent(arn) }
        return .named(try findResource(kind, name, arn, in: state, context))
    }

    var tags: [CacheModel.Tag] {
        switch self {
        case .group(let group): group.tags
        case .member(_, let member): member.tags
        case .named(let resource): resource.tags
        case .defaultParameterGroup, .predefinedUser: []
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
                group.tags = changed
                for n in group.nodeGroups.indices {
                    for m in group.nodeGroups[n].members.indices {
                        group.nodeGroups[n].members[m].tags = try change(group.nodeGroups[n].members[m].tags, false)
                    }
                }
                try draft.put(group)
            case .member(var group, let member):
                for n in group.nodeGroups.indices {
                    for m in group.nodeGroups[n].members.indices where group.nodeGroups[n].members[m].id == member.id {
                        group.nodeGroups[n].members[m].tags = changed
                    }
                }
                if group.kind == .cacheCluster { group.tags = changed }
                try draft.put(group)
            case .named(let resource):
                try put(resource, changed, in: &draft)
            case .defaultParameterGroup(let group):
                throw ServiceFault.value("The parameter group \(group.name) is a default group and cannot be tagged. (ResourceName)")
            case .predefinedUser:
                throw ServiceFault.value("The user \(User.defaultName) is a default user and cannot be tagged. (ResourceName)")
            }
            return changed
        }
    }

    private static func put<R: WorldResource>(_ resource: R, _ tags: [CacheModel.Tag], in draft: inout Draft) throws {
        var tagged = resource
        tagged.tags = tags
        try draft.put(tagged)
    }

    private static func findGroup(_ name: String, _ arn: ARN, in state: WorldState, _ context: RequestContext) throws -> ReplicationGroup {
        guard let group = state.groups[GroupKey(kind: .replicationGroup, realm: context.realm, id: name)]?.value else {
            throw notPresent(arn)
        }
        guard group.status == .available else {
            throw ServiceFault(.invalidReplicationGroupState, "Cluster not in available state to perform tagging operations.")
        }
        return group
    }

    private static func findMember(_ name: String, _ arn: ARN, in state: WorldState, _ context: RequestContext) throws -> TaggedResource {
        guard let found = state.member(name, in: context.realm) else { throw notPresent(arn) }
        guard found.group.status == .available else {
            throw ServiceFault(
                .invalidReplicationGroupState,
                found.group.kind == .replicationGroup
                    ? "Replication Group of \(arn.name) is not available." : "Cluster not in available state to perform tagging operations."
            )
        }
        return .member(found.group, found.member)
    }

    private static func findResource<R: TaggableResource>(
        _ kind: R.Type, _ name: String, _ arn: ARN, in state: WorldState, _ context: RequestContext
    ) throws -> R {
        guard let resource = state.resource(kind, name, in: context.realm) else { throw notPresent(arn) }
        try resource.requireTaggable()
        return resource
    }

    private static func notPresent(_ arn: ARN) -> ServiceFault {
        ServiceFault(ARNInput.notFoundCode(arn.type), "\(arn.name) is not present")
    }
}
