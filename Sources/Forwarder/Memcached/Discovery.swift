extension ForwardRoute {
    /// What clients with auto discovery are told of the nodes of a Memcached cluster.
    package struct Discovery: Codable, Sendable, Equatable {
        /// Grows with every change of the nodes.
        package let version: Int
        /// The version and the nodes, as clients read them.
        package let text: String
        /// The item under which engines that have no command for it hold the text.
        package let item: String
        /// What `version` answers to a client that no node serves.
        package let engineVersion: String

        package init(version: Int, text: String, item: String, engineVersion: String) {
            self.version = version
            self.text = text
            self.item = item
            self.engineVersion = engineVersion
        }
    }
}

extension ForwardRoute.Discovery {
    /// The whole answer to a question for the nodes.
    func answer(to question: MemcachedRequests.Question) -> String {
        let head =
            switch question {
            case .configuration: "CONFIG cluster 0 \(text.utf8.count)"
            case .item: "VALUE \(item) 0 \(text.utf8.count)"
            // What tells one version of an item from another.
            case .itemAndVersion: "VALUE \(item) 0 \(text.utf8.count) \(version)"
            }
        return "\(head)\r\n\(text)\r\nEND\r\n"
    }
}
