import CacheModel
import ElastiCacheAPI

extension ParameterGroupDefinition {
    func answer(_ context: RequestContext) -> API.CacheParameterGroup {
        API.CacheParameterGroup(
            cacheParameterGroupName: name, cacheParameterGroupFamily: family.name, description: description, isGlobal: false,
            arn: context.arn(.parameterGroup, name))
    }
}

extension ParameterFamily.Parameter {
    func answer(value: String, source: String) -> API.Parameter {
        API.Parameter(
            parameterName: name, parameterValue: value, description: ParameterFamily.description(of: name), source: source,
            dataType: dataType.rawValue, allowedValues: allowedValues,
            isModifiable: isModifiable, minimumEngineVersion: minimumEngineVersion.description, changeType: changeType.answer)
    }
}

extension ParameterFamily.Parameter.ChangeType {
    fileprivate var answer: API.ChangeType {
        switch self {
        case .immediate: .immediate
        case .requiresReboot: .requiresReboot
        }
    }
}

extension ParameterFamily {
    /// The `CacheNodeTypeSpecificParameters`: `maxmemory` and the replicas' output buffers, of Memcached its memory and its threads. `maxclients`
    /// is told as one of all nodes.
    func answersByNodeType(_ nodeTypes: NodeTypeCatalog) -> [API.CacheNodeTypeSpecificParameter] {
        guard let oldest = parameters.map(\.minimumEngineVersion).min() else { return [] }
        let types = isMemcached ? nodeTypes.all.filter { MemcachedRelease.isServed(on: $0) } : nodeTypes.all
        let values = types.map { (type: $0.name, values: nodeTypeParameters($0)) }
        let names = Set(values.flatMap(\.values.keys)).subtracting(parameters.map(\.name))
        return names.sorted().map { name in
            API.CacheNodeTypeSpecificParameter(
                parameterName: name, description: ParameterFamily.description(of: name), source: "system", dataType: "integer",
                allowedValues: isMemcached ? "1-" : "0-", isModifiable: false,
                minimumEngineVersion: oldest.description,
                cacheNodeTypeSpecificValues: values.map { API.CacheNodeTypeSpecificValue(cacheNodeType: $0.type, value: $0.values[name]) },
                changeType: isMemcached ? .requiresReboot : .immediate)
        }
    }
}
