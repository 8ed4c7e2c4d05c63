import AWSProtocol
import CacheModel
import ElastiCacheAPI

extension Draft {
    /// A parameter group that is to be changed. Throws `CacheParameterGroupNotFound`, and a fault for a default group.
    mutating func changeableParameterGroup(_ name: String, in realm: Realm) throws -> (group: ParameterGroup, family: ParameterFamily) {
        if let known = DefaultParameterGroup(name: name) {
            throw ServiceFault.value(
                "The parameter group \(known.name) is a default group and cannot be modified. (CacheParameterGroupName)")
        }
        guard let group = resource(ParameterGroup.self, name.lowercased(), in: realm), let family = ParameterFamily(group.family) else {
            throw ServiceFault.noParameterGroup(name)
        }
        return (group, family)
    }

    /// Refers to a parameter group that a request was checked against: it stays what it was in what is settled from now on, and whoever
    /// deletes it at this moment finds that it is used.
    mutating func refer(to definition: ParameterGroupDefinition, in realm: Realm) throws {
        guard !definition.isDefault else { return }
        guard let group = resource(ParameterGroup.self, definition.name, in: realm) else {
            throw ServiceFault.noParameterGroup(definition.name)
        }
        guard ParameterGroupDefinition(group)?.settled == definition.settled else {
            throw ServiceFault(
                .invalidCacheParameterGroupState, "Cache parameter group \(group.name) has pending changes. (CacheParameterGroupName)")
        }
        try put(group)
    }

    mutating func log(_ messages: [String], ofParameterGroup key: ResourceKey, _ context: RequestContext) throws {
        for message in messages {
            try log(Event(date: context.now, source: .cacheParameterGroup, identifier: key.name, message: message), in: key.realm)
        }
    }
}

extension ServiceFault {
    static func noParameterGroup(_ name: String) -> ServiceFault {
        ServiceFault(.cacheParameterGroupNotFound, "CacheParameterGroup not found: \(name) (CacheParameterGroupName)")
    }
}
