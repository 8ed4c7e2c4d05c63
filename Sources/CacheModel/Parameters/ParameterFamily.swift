/// The parameters of engines that are compatible in them: `redis7`.
package struct ParameterFamily: Sendable, Equatable {
    package struct Parameter: Sendable, Equatable {
        package enum DataType: String, Sendable {
            case float
            case integer
            case string
        }

        package enum ChangeType: String, Sendable {
            case immediate
            case requiresReboot = "requires-reboot"
        }

        package let name: String
        /// In the family's default group.
        package let value: String
        package let dataType: DataType
        /// `yes,no`, `0-`, `0,20-`; empty: anything.
        package let allowedValues: String
        package let isModifiable: Bool
        package let minimumEngineVersion: EngineVersion
        package let changeType: ChangeType
    }

    package let name: String
    /// As the API names it: `redis`, `valkey`, `memcached`.
    package let engine: String
    /// Ascending by name.
    package let parameters: [Parameter]

    /// Nil for a name that is no family of the engines that are served.
    package init?(_ name: String) {
        guard let family = Self.byName[name] else { return nil }
        self = family
    }

    init(name: String, engine: String, parameters: [Parameter]) {
        self.name = name
        self.engine = engine
        self.parameters = parameters
    }

    package func parameter(_ name: String) -> Parameter? {
        parameters.first { $0.name == name }
    }

    /// Whether its nodes are Memcached.
    package var isMemcached: Bool { engine == MemcachedRelease.engine }

    /// Whether its groups can switch cluster mode on, so that it has a `.cluster.on` group.
    package var hasClusterMode: Bool { parameter("cluster-enabled") != nil }

    /// What families call replicas in the names of parameters.
    var replicaWord: String { parameter("client-output-buffer-limit-slave-soft-seconds") == nil ? "replica" : "slave" }
}
