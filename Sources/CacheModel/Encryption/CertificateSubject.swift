/// Whom a node's certificate speaks of: all that a client may know the node by when it connects.
package struct CertificateSubject: Sendable, Equatable {
    package let name: String
    package let addresses: [IPAddress]
    /// Host names.
    package let names: [String]

    package init(name: String, addresses: [IPAddress], names: [String]) {
        self.name = name
        self.addresses = addresses
        self.names = names
    }

    /// Changes when any of it does.
    package var fingerprint: String {
        StableHash.digits(of: ([name] + addresses.map(\.description) + names).joined(separator: "\n"))
    }
}

extension ReplicationGroup {
    /// A node's own addresses and name, and those of the endpoints that lead to it or may come to: all of its shard's, since its primary
    /// may be another after the next failover.
    package func certificateSubject(of member: Member) -> CertificateSubject {
        let shard = nodeGroups.first { $0.member(member.id) != nil }
        let endpoints = (shard?.primaryAddresses ?? []) + (shard?.readerAddresses ?? []) + configurationAddresses
        var names: [String] = []
        if let region = Region(realm.region) {
            let all = EndpointNames(group: id, account: realm.account, region: region, tls: true)
            names.append(all.node(member.id))
            if shard?.primaryAddress != nil { names.append(all.primary) }
            if shard?.readerAddress != nil { names.append(all.reader) }
            if configurationAddress != nil { names.append(all.configuration) }
        }
        return CertificateSubject(name: member.id, addresses: member.addresses + endpoints, names: names)
    }
}

extension MemcachedCluster {
    /// A node's own addresses and name, and nothing of the configuration endpoint: that is the forwarder's to show.
    package func certificateSubject(of node: MemcachedNode) -> CertificateSubject {
        CertificateSubject(name: "\(name).\(node.id)", addresses: node.addresses, names: names.map { [$0.memcachedNode(node.id)] } ?? [])
    }

    package var endpointSubject: CertificateSubject {
        CertificateSubject(name: name, addresses: configurationAddresses, names: names.map { [$0.memcachedConfiguration] } ?? [])
    }

    /// Nil for a region that was never one.
    private var names: EndpointNames? {
        Region(realm.region).map { EndpointNames(group: name, account: realm.account, region: $0, tls: isEncryptedInTransit) }
    }
}
