/// The host names that clients of one group are told, as the real service spells them.
package struct EndpointNames: Sendable, Equatable {
    package let group: String
    /// Six lower-case letters and digits, the same for all resources of an account in a region.
    package let hash: String
    package let regionCode: String
    package let dnsSuffix: String
    package let tls: Bool

    package init(group: String, hash: String, regionCode: String, dnsSuffix: String = "amazonaws.com", tls: Bool) {
        self.group = group
        self.hash = hash
        self.regionCode = regionCode
        self.dnsSuffix = dnsSuffix
        self.tls = tls
    }

    package init(group: String, account: String, region: Region, tls: Bool) {
        let hash = Self.hash(account: account, region: region.name)
        self.init(group: group, hash: hash, regionCode: region.shortCode, dnsSuffix: region.dnsSuffix, tls: tls)
    }

    /// Cluster mode disabled: where writes go.
    package var primary: String { tls ? "master.\(group).\(tail)" : "\(group).\(hash).ng.0001.\(domain)" }

    /// Cluster mode disabled: where reads go.
    package var reader: String { tls ? "replica.\(group).\(tail)" : "\(group)-ro.\(hash).ng.0001.\(domain)" }

    /// Cluster mode enabled: where clients ask for the slots.
    package var configuration: String { tls ? "clustercfg.\(group).\(tail)" : "\(group).\(hash).clustercfg.\(domain)" }

    /// One member, or a lone cache cluster. (The real service has none of those with TLS; here one may outlive its group.)
    package func node(_ member: String) -> String {
        tls ? "\(member).\(group).\(tail)" : "\(member).\(hash).0001.\(domain)"
    }

    /// A Memcached cluster: where clients ask for its nodes. The same with and without TLS.
    package var memcachedConfiguration: String { "\(group).\(hash).cfg.\(domain)" }

    /// A node of a Memcached cluster.
    package func memcachedNode(_ node: String) -> String { "\(group).\(hash).\(node).\(domain)" }

    private var domain: String { "\(regionCode).cache.\(dnsSuffix)" }
    private var tail: String { "\(hash).\(domain)" }

    /// In base 36: stable over releases, since clients keep host names.
    package static func hash(account: String, region: String) -> String {
        let text = String((StableHash.value(of: "\(account)/\(region)") >> 20) % 2_176_782_336, radix: 36)
        return String(repeating: "0", count: 6 - text.count) + text
    }
}
