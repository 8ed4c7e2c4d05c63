import CacheModel
import Store

/// A kind of resource that the world keeps a table of. A new kind is a table in `WorldState` and a line in `ResourceKinds`.
protocol WorldResource: NamedResource {
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { get }
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

enum ResourceKinds {
    static let all: [any WorldResource.Type] = [ParameterGroup.self, SubnetGroup.self, NodeReservation.self, ServiceUpdate.self]
}

extension ParameterGroup: WorldResource {
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.parameterGroups }
}

extension SubnetGroup: WorldResource {
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.subnetGroups }
}

extension NodeReservation: WorldResource {
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.reservations }
}

extension ServiceUpdate: WorldResource {
    static var table: any WritableKeyPath<WorldState, ResourceTable<Self>> & Sendable { \.serviceUpdates }
}
