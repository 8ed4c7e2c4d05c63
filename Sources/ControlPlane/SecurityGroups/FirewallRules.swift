import CacheModel

/// What security groups mean for packets: who may connect to which group's addresses.
struct FirewallRules {
    private let layout: NetworkLayout

    init(_ layout: NetworkLayout) {
        self.layout = layout
    }

    /// Of all that not everybody may connect to, by name.
    func specs(for groups: [any Guarded]) -> [FirewallSpec] {
        groups.compactMap { spec(for: $0, among: groups) }.sorted { $0.name < $1.name }
    }

    /// Whether everybody may connect: so that there is nothing to be enforced.
    func isOpen(_ group: some Guarded) -> Bool {
        // A group from before there were security groups is in none.
        guard group.securityGroups != nil else { return true }
        return securityGroups(of: group).contains(where: \.isOpen)
    }

    private func spec(for group: some Guarded, among groups: [any Guarded]) -> FirewallSpec? {
        guard group.status != .createFailed, !isOpen(group) else { return nil }
        let service = FirewallSpec.Door(
            listens: (group.nodeAddresses + group.endpointAddresses).map { listen($0, group.port) },
            sources: sources(for: group.port, of: group, among: groups).texts)
        var doors = [service]
        let inner = group.innerListens
        if !inner.isEmpty { doors.append(FirewallSpec.Door(listens: inner, sources: [])) }
        if let bus = group.busPort {
            doors.append(FirewallSpec.Door(listens: group.nodeAddresses.map { listen($0, bus) }, sources: nodes(of: group).texts))
        }
        return FirewallSpec(name: group.firewallName, doors: doors)
    }

    private func listen(_ address: IPAddress, _ port: Int) -> ProcessSpec.Listen {
        ProcessSpec.Listen(address: address.description, port: port)
    }

    /// A group's nodes connect to each other, whatever its security groups say.
    private func nodes(of group: some Guarded) -> SourceBlocks {
        var blocks = SourceBlocks()
        for address in group.nodeAddresses { blocks.insert(address) }
        return blocks
    }

    private func sources(for port: Int, of group: some Guarded, among groups: [any Guarded]) -> SourceBlocks {
        var blocks = nodes(of: group)
        for ingress in securityGroups(of: group).flatMap(\.ingress) where ingress.ports.contains(port) {
            for source in ingress.sources {
                switch source {
                case .ipv4(let network): blocks.insert(network)
                case .ipv6(let network): blocks.insert(network)
                case .group(let id):
                    for other in groups where other.realm == group.realm && other.securityGroups?.contains(id) == true {
                        for address in other.nodeAddresses { blocks.insert(address) }
                    }
                }
            }
        }
        return blocks
    }

    /// One that is in the file no more lets nobody in.
    private func securityGroups(of group: some Guarded) -> [SecurityGroup] {
        (group.securityGroups ?? []).compactMap { layout.securityGroup($0, in: group.realm) }
    }
}
