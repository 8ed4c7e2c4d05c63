/// A cluster as one of its nodes knows it at its start: the text of its `nodes.conf`.
package struct ClusterTable: Sendable, Equatable {
    package enum Role: Sendable, Equatable {
        case primary(slots: [ClosedRange<Int>])
        /// Of the node with that id.
        case replica(of: String)
    }

    package struct Node: Sendable, Equatable {
        /// 40 lower-case hexadecimal digits.
        package let id: String
        package let address: String
        package let port: Int
        package let busPort: Int
        /// Of its shard, 40 hexadecimal digits. Written for builds that know them.
        package let shardID: String
        package let role: Role
        /// A replica shows its primary's.
        package let configEpoch: Int64

        package init(
            id: String, address: String, port: Int, busPort: Int, shardID: String, role: Role, configEpoch: Int64
        ) {
            self.id = id
            self.address = address
            self.port = port
            self.busPort = busPort
            self.shardID = shardID
            self.role = role
            self.configEpoch = configEpoch
        }
    }

    package let nodes: [Node]
    package let currentEpoch: Int64

    package init(nodes: [Node], currentEpoch: Int64) {
        self.nodes = nodes
        self.currentEpoch = currentEpoch
    }

    /// The file of one node.
    ///
    /// Every member is listed as connected and never pinged, so that all are taken to be alive from the start. Builds before 7.2
    /// write no shard ids, and 7.0 would take them for a host name.
    package func text(for build: EngineBuild, myself id: String) -> String {
        var text = ""
        for node in nodes {
            let place = "\(node.address):\(node.port)@\(node.busPort)" + (build.writesShardIDs ? ",,shard-id=\(node.shardID)" : "")
            let (role, primary, slots) =
                switch node.role {
                case .primary(let slots): ("master", "-", slots)
                case .replica(let primary): ("slave", primary, [])
                }
            let flags = node.id == id ? "myself,\(role)" : role
            let columns = [node.id, place, flags, primary, "0", "0", "\(node.configEpoch)", "connected"] + slots.map(Self.text)
            text += columns.joined(separator: " ") + "\n"
        }
        return text + "vars currentEpoch \(currentEpoch) lastVoteEpoch 0\n"
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}
