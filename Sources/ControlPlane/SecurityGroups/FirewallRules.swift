import CacheModel

/// What security groups mean for packets: who may connect to which group's addresses.
struct FirewallRules {
    private let layout: NetworkLayout

    init(_ layout: NetworkLayout) {
        self.layout = layout
    }

    static func name(of group: ReplicationGroup) -> String { "\(group.id)-\(group.uid)" }

    /// Of all groups that not everybody may connect to, by name.
    func specs(for groups: [ReplicationGroup]) -> [FirewallSpec] {
        groups.compactMap { spec(for: $0, among: groups) }.sorted { $0.name < $1.name }
    }

    /// Whether everybody may connect: so that there is nothing to be enforced.
    func isOpen(_ group: ReplicationGroup) -> Bool {
        // A group from before there were security groups is in none.
        guard group.securityGroups != nil else { return true }
        return securityGroups(of: group).contains(where: \.isOpen)
    }

    private func spec(for group: ReplicationGroup, among groups: [ReplicationGroup]) -> FirewallSpec? {
        guard group.status != .createFailed, !isOpen(group) else { return nil }
        let nodes = group.members.flatMap(\.addresses).map { listen($0, group.port) }
        let service = FirewallSpec.Door(
            listens: nodes + group.endpointAddresses.map { listen($0, group.port) },
            sources: sources(for: group.port, of: group, among: groups).texts)
        var doors = [service]
        // Long before anybody listens there.
        if EngineVersion(group.fullEngineVersion)?.supportsTransitEncryptionMode == true { doors.append(inner(group)) }
        guard group.clusterEnabled else { return FirewallSpec(name: Self.name(of: group), doors: doors) }
        let bus = FirewallSpec.Door(
            listens: group.members.flatMap(\.addresses).map { listen($0, group.port + NodeFiles.busOffset) },
            sources: members(of: group).texts)
        return FirewallSpec(name: Self.name(of: group), doors: doors + [bus])
    }

    /// Of groups whose clients may choose whether they encrypt: where only the forwarder connects, and Elastane itself: clients of it were judged where they came in.
    private func inner(_ group: ReplicationGroup) -> FirewallSpec.Door {
        let addresses = group.members.flatMap(\.addresses) + group.nodeGroups.flatMap(\.primaryAddresses)
        let ports = [group.innerPorts.clear, group.innerPorts.encrypted]
        return FirewallSpec.Door(listens: addresses.flatMap { address in ports.map { listen(address, $0) } }, sources: [])
    }

    private func listen(_ address: IPAddress, _ port: Int) -> ProcessSpec.Listen {
        ProcessSpec.Listen(address: address.description, port: port)
    }

    /// A group's members connect to each other, whatever its security groups say.
    private func members(of group: ReplicationGroup) -> SourceBlocks {
        var blocks = SourceBlocks()
        for address in group.members.flatMap(\.addresses) { blocks.insert(address) }
        return blocks
    }

    private func sources(for port: Int, of group: ReplicationGroup, among groups: [ReplicationGroup]) -> SourceBlocks {
        var blocks = members(of: group)
        for ingress in securityGroups(of: group).flatMap(\.ingress) where ingress.ports.contains(port) {
            for source in ingress.sources {
                switch source {
                case .ipv4(let network): blocks.insert(network)
                case .ipv6(let network): blocks.insert(network)
                case .group(let id):
                    for other in groups where other.realm == group.realm && other.securityGroups?.contains(id) == true {
                        for address in other.members.flatMap(\.addresses) { blocks.insert(address) }
                    }
                }
            }
        }
        return blocks
    }

    /// One that is in the file no more lets nobody in.
    private func securityGroups(of group: ReplicationGroup) -> [SecurityGroup] {
        (group.securityGroups ?? []).compactMap { layout.securityGroup($0, in: group.realm) }
    }
}
