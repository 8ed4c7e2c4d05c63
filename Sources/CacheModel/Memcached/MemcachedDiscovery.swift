/// The nodes of a Memcached cluster, as clients are told at its configuration endpoint.
package struct MemcachedDiscovery: Codable, Sendable, Equatable {
    package struct Node: Codable, Sendable, Equatable {
        /// A name, or the address again where names are not told.
        package let host: String
        package let address: String
        package let port: Int

        package init(host: String, address: String, port: Int) {
            self.host = host
            self.address = address
            self.port = port
        }
    }

    /// Grows with every change of the nodes.
    package var version: Int
    /// What `version` answers.
    package var engineVersion: String
    package var nodes: [Node]

    /// The item under which engines before 1.4.14 had the nodes: clients ask for it where an engine does not know `config get cluster`.
    package static let item = "AmazonElastiCache:cluster"

    /// What clients are told: the version, a line of `host|address|port`, and an empty line.
    package var text: String {
        "\(version)\n" + nodes.map { "\($0.host)|\($0.address)|\($0.port)" }.joined(separator: " ") + "\n"
    }

    package init(version: Int, engineVersion: String, nodes: [Node]) {
        self.version = version
        self.engineVersion = engineVersion
        self.nodes = nodes
    }
}
