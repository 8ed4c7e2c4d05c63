extension ForwardRoute {
    /// The nodes of a Memcached cluster, as clients with auto discovery are told of them.
    package struct Discovery: Codable, Sendable, Equatable {
        package struct Node: Codable, Sendable, Equatable {
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
        package let version: Int
        /// What `version` answers to a client that no node serves.
        package let engineVersion: String
        package let nodes: [Node]

        package init(version: Int, engineVersion: String, nodes: [Node]) {
            self.version = version
            self.engineVersion = engineVersion
            self.nodes = nodes
        }
    }
}

extension ForwardRoute.Discovery {
    /// The item under which engines before 1.4.14 have the nodes.
    static let itemKey = "AmazonElastiCache:cluster"

    /// The whole answer to a question for the nodes.
    func answer(to question: MemcachedRequests.Question) -> String {
        let list = nodes.map { "\($0.host)|\($0.address)|\($0.port)" }.joined(separator: " ")
        let payload = "\(version)\n\(list)\n"
        let head =
            switch question {
            case .configuration: "CONFIG cluster 0 \(payload.utf8.count)"
            case .item: "VALUE \(Self.itemKey) 0 \(payload.utf8.count)"
            // What tells one version of an item from another.
            case .itemAndVersion: "VALUE \(Self.itemKey) 0 \(payload.utf8.count) \(version)"
            }
        return "\(head)\r\n\(payload)\r\nEND\r\n"
    }
}
