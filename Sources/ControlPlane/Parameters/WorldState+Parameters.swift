import CacheModel

extension WorldState {
    /// The parameter group of that name, in any case; nil if the account has none.
    func parameterGroup(_ name: String, in realm: Realm) -> ParameterGroupDefinition? {
        if let group = DefaultParameterGroup(name: name) { return ParameterGroupDefinition(group) }
        return resource(ParameterGroup.self, name.lowercased(), in: realm).flatMap(ParameterGroupDefinition.init)
    }

    /// The ids of those who refer to a parameter group, or are about to, ascending.
    func userIDs(ofParameterGroup key: ResourceKey) -> [String] {
        let memcached = resources(MemcachedCluster.self, in: key.realm).filter { $0.parameterGroups.contains(key.name) }
        return (users(ofParameterGroup: key).map(\.id) + memcached.map(\.name)).sorted()
    }

    /// The groups, and clusters of their own, that refer to a parameter group, or are about to.
    func users(ofParameterGroup key: ResourceKey) -> [ReplicationGroup] {
        groups.values.map(\.value).filter { group in
            group.realm == key.realm && group.usedParameterGroups.contains(key.name)
        }
    }

    func parameterStanding(of group: ReplicationGroup, _ nodeTypes: NodeTypeCatalog) -> ParameterStanding {
        guard let definition = parameterGroup(group.parameterGroup, in: group.realm), let nodeType = nodeTypes[group.nodeType],
            let version = EngineVersion(group.fullEngineVersion)
        else { return ParameterStanding(wanted: nil) }
        return ParameterStanding(wanted: definition.effective(nodeType: nodeType, version: version).fingerprints)
    }

    /// Of many groups, most of which are alike in this.
    func parameterStandings(of groups: [ReplicationGroup], _ nodeTypes: NodeTypeCatalog) -> [GroupKey: ParameterStanding] {
        var known: [[String]: ParameterStanding] = [:]
        return groups.reduce(into: [:]) { standings, group in
            let likeness = [group.realm.path, group.parameterGroup, group.nodeType, group.fullEngineVersion]
            let standing = known[likeness] ?? parameterStanding(of: group, nodeTypes)
            known[likeness] = standing
            standings[group.key] = standing
        }
    }
}

/// How far the parameters of a group's parameter group have come with its members.
struct ParameterStanding {
    /// Nil where the parameter group can't be read.
    let wanted: ParameterFingerprints?

    /// `ParameterApplyStatus` and `ParameterGroupStatus`.
    func status(_ member: Member) -> String {
        guard let wanted, let running = member.parameters else { return "in-sync" }
        if running.immediate != wanted.immediate { return "applying" }
        return running.atStart == wanted.atStart ? "in-sync" : "pending-reboot"
    }

    func needsReboot(_ member: Member) -> Bool {
        guard let wanted, let running = member.parameters else { return false }
        return running.atStart != wanted.atStart
    }
}
