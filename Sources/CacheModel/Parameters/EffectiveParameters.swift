extension ParameterFamily {
    /// What a node runs with: the family's defaults that its engine's version knows, what the group changed, and what the node
    /// type decides.
    ///
    /// `maxmemory` is the node type's; what `reserved-memory-percent` keeps free of it is the reader's to take off.
    package func effectiveParameters(
        changed: [String: String], nodeType: NodeType, version: EngineVersion
    ) -> [String: String] {
        var values: [String: String] = [:]
        for parameter in parameters where parameter.minimumEngineVersion <= version {
            values[parameter.name] = changed[parameter.name] ?? parameter.value
        }
        for (name, value) in nodeTypeParameters(nodeType) { values[name] = value }
        return values
    }

    /// The `CacheNodeTypeSpecificParameters`, and `maxclients`, which small nodes have fewer of than the group says.
    package func nodeTypeParameters(_ nodeType: NodeType) -> [String: String] {
        [
            "client-output-buffer-limit-\(replicaWord)-hard-limit": "\(nodeType.outputBufferLimit)",
            "client-output-buffer-limit-\(replicaWord)-soft-limit": "\(nodeType.outputBufferLimit)",
            "maxclients": "\(nodeType.maxclients)",
            "maxmemory": "\(nodeType.maxmemory)",
        ]
    }
}
