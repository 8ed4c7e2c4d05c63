import CacheModel
import ElastiCacheAPI

/// How endpoints are told: by address, or by the real service's host names.
struct EndpointAnswers: Sendable {
    let style: ServiceSettings.EndpointStyle

    func primary(_ nodeGroup: NodeGroup, of group: ReplicationGroup) -> API.Endpoint? {
        nodeGroup.primaryAddress.map { endpoint($0, group, \.primary) }
    }

    func reader(_ nodeGroup: NodeGroup, of group: ReplicationGroup) -> API.Endpoint? {
        nodeGroup.readerAddress.map { endpoint($0, group, \.reader) }
    }

    func configuration(_ group: ReplicationGroup) -> API.Endpoint? {
        group.configurationAddress.map { endpoint($0, group, \.configuration) }
    }

    func node(_ member: Member, of group: ReplicationGroup) -> API.Endpoint {
        endpoint(member.address, group) { $0.node(member.id) }
    }

    private func endpoint(_ address: IPAddress, _ group: ReplicationGroup, _ name: (EndpointNames) -> String) -> API.Endpoint {
        let names = style == .name ? EndpointNames(of: group) : nil
        return API.Endpoint(address: names.map(name) ?? address.description, port: group.port)
    }
}

extension EndpointNames {
    /// Nil for a region that was never one.
    init?(of group: ReplicationGroup) {
        self.init(of: group, tls: group.toldTransitEncryption != nil)
    }

    /// The same as it is told, or was, of a group with and without encryption.
    init?(of group: ReplicationGroup, tls: Bool) {
        guard let region = Region(group.realm.region) else { return nil }
        self.init(group: group.id, account: group.realm.account, region: region, tls: tls)
    }
}
