import NIOCore

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
    func answer(to question: MemcachedRequests.Question) -> ByteBuffer {
        let head: String
        switch question {
        case .configuration: head = "CONFIG cluster 0 \(text.utf8.count)"
        case .item: head = "VALUE \(item) 0 \(text.utf8.count)"
        // What tells one version of an item from another.
        case .itemAndVersion: head = "VALUE \(item) 0 \(text.utf8.count) \(version)"
        case .frame(let frame, let key): return answer(to: frame, about: key)
        }
        return ByteBuffer(string: "\(head)\r\n\(text)\r\nEND\r\n")
    }

    private func answer(to frame: MemcachedFrame, about key: String) -> ByteBuffer {
        let isGet = MemcachedFrame.Opcode.get.contains(frame.opcode)
        guard isGet || MemcachedFrame.Opcode.configurationGet.contains(frame.opcode) else {
            return frame.answer(.unknownCommand, value: "Unknown command")
        }
        if key == (isGet ? item : Self.configuration) {
            return frame.answer(.found, key: key, value: text, version: UInt64(clamping: version))
        }
        return MemcachedFrame.Opcode.quiet.contains(frame.opcode) ? ByteBuffer() : frame.answer(.absent, value: "Not found")
    }

    /// What `config get` is asked for.
    private static let configuration = "cluster"
}
