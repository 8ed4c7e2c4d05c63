/// What a node runs with, by the service's names: the family's defaults that its engine's version knows, what its parameter group
/// changed, and what the node type decides.
package struct EffectiveParameters: Sendable, Equatable {
    package struct Value: Sendable, Equatable {
        package let name: String
        package let value: String
        /// Whether it is the parameter group's own, and not the family's.
        package let isChanged: Bool
        /// Whether it counts only once a node is started again.
        package let needsReboot: Bool
    }

    /// Ascending by name.
    package let values: [Value]
    /// What the parameter group changed, and this engine version is too old for: name to the version that it needs.
    package let tooNew: [String: EngineVersion]
    package let fingerprints: ParameterFingerprints

    package init(_ group: ParameterGroupDefinition, nodeType: NodeType, version: EngineVersion) {
        let all = group.family.effectiveParameters(changed: group.changes, nodeType: nodeType, version: version)
        values = all.map { name, value in
            let known = group.family.parameter(name)
            return Value(
                name: name, value: value, isChanged: group.changes[name].map { $0 != known?.value } ?? false,
                needsReboot: known?.changeType == .requiresReboot)
        }.sorted { $0.name < $1.name }
        tooNew = group.changes.keys.reduce(into: [:]) { result, name in
            if let known = group.family.parameter(name), known.minimumEngineVersion > version { result[name] = known.minimumEngineVersion }
        }
        fingerprints = ParameterFingerprints(values)
    }
}

extension ParameterFamily {
    /// Name to value, with what the node type decides; of Redis and Valkey the `maxmemory` that is left for data.
    package func effectiveParameters(
        changed: [String: String], nodeType: NodeType, version: EngineVersion
    ) -> [String: String] {
        var values: [String: String] = [:]
        for parameter in parameters where parameter.minimumEngineVersion <= version {
            values[parameter.name] = changed[parameter.name] ?? parameter.value
        }
        for (name, value) in nodeTypeParameters(nodeType) { values[name] = value }
        if isMemcached {
            // It has little memory, of which the default would be most.
            if nodeType.name == "cache.t1.micro", changed[Self.connectionsOverhead] == nil { values[Self.connectionsOverhead] = "13" }
            return values
        }
        let reserved = reservedMemory(changed, of: nodeType)
        // 0 would be no limit at all.
        values["maxmemory"] = "\(max(1, nodeType.maxmemory - reserved))"
        return values
    }

    /// Mebibytes of a node of Memcached that are not for items.
    private static let connectionsOverhead = "memcached_connections_overhead"

    /// The `CacheNodeTypeSpecificParameters`, and `maxclients`, which small nodes have fewer of than the group says.
    package func nodeTypeParameters(_ nodeType: NodeType) -> [String: String] {
        if isMemcached { return ["max_cache_memory": "\(nodeType.maxmemory >> 20)", "num_threads": "\(nodeType.processors)"] }
        return [
            "client-output-buffer-limit-\(replicaWord)-hard-limit": "\(nodeType.outputBufferLimit)",
            "client-output-buffer-limit-\(replicaWord)-soft-limit": "\(nodeType.outputBufferLimit)",
            "maxclients": "\(nodeType.maxclients)",
            "maxmemory": "\(nodeType.maxmemory)",
        ]
    }

    /// Bytes of a node's `maxmemory` that are kept free: by number if the group has one, else by percentage where the family knows it.
    private func reservedMemory(_ changed: [String: String], of nodeType: NodeType) -> Int {
        if let bytes = changed[Self.reservedMemory].flatMap({ Int($0) }) { return min(bytes, nodeType.maxmemory) }
        guard let percent = (changed[Self.reservedMemoryPercent] ?? parameter(Self.reservedMemoryPercent)?.value).flatMap({ Int($0) })
        else {
            return 0
        }
        return nodeType.maxmemory / 100 * percent + nodeType.maxmemory % 100 * percent / 100
    }
}
