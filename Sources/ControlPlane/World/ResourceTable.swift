import CacheModel
import Store

/// A kind of resource that the world keeps a table of. A new kind is a table in `WorldState` and a line in `ResourceKinds`.
protocol WorldResource: NamedResource {
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { get }
    /// What it has run on hosts, if anything, so that their notices reach its reconciler.
    var hosted: Hosted? { get }
}

extension WorldResource {
    var hosted: Hosted? { nil }
}

/// The processes that a resource has on hosts.
struct Hosted {
    /// Whom its reconciler is known by.
    let owner: GroupKey
    let processes: [String]
}

/// All resources of one kind, of all accounts and regions.
struct ResourceTable<Resource: NamedResource>: Sendable {
    private(set) var byKey: [ResourceKey: Versioned<Resource>] = [:]

    subscript(key: ResourceKey) -> Versioned<Resource>? {
        get { byKey[key] }
        set { byKey[key] = newValue }
    }

    /// By name.
    func all(in realm: Realm) -> [Resource] {
        byKey.values.map(\.value).filter { $0.realm == realm }.sorted { $0.name < $1.name }
    }
}

/// A kind of resource whose tags the tag operations find by its ARN.
protocol TaggableResource: WorldResource {
    static var arnType: ARN.ResourceType { get }

    /// Throws the fault of a resource that is in no state to be tagged.
    func requireTaggable() throws
}

extension TaggableResource {
    func requireTaggable() throws {}
}

enum ResourceKinds {
    static let all: [any WorldResource.Type] = [
        ParameterGroup.self, SubnetGroup.self, DefaultSubnetGroup.self, MemcachedCluster.self, NodeReservation.self, ServiceUpdate.self,
        User.self, UserGroup.self,
    ]
    static let taggable: [any TaggableResource.Type] = [
        ParameterGroup.self, SubnetGroup.self, MemcachedCluster.self, NodeReservation.self, User.self, UserGroup.self,
    ]
}

extension ParameterGroup: TaggableResource {
    static var arnType: ARN.ResourceType { .parameterGroup }
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.parameterGroups }
}

extension SubnetGroup: TaggableResource {
    static var arnType: ARN.ResourceType { .subnetGroup }
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.subnetGroups }
}

extension DefaultSubnetGroup: WorldResource {
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.defaultSubnetGroups }
}

extension NodeReservation: TaggableResource {
    static var arnType: ARN.ResourceType { .reservedInstance }
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.reservations }
}

extension ServiceUpdate: WorldResource {
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.serviceUpdates }
}
