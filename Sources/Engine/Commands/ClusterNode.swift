/// One row of `CLUSTER NODES`: a node as another node (or itself) sees it.
///
/// Source: https://valkey.io/commands/cluster-nodes
package struct ClusterNode: Sendable, Equatable {
    package enum Flag: String, Sendable, Hashable {
        case myself
        case primary = "master"
        case replica = "slave"
        /// Not answering this node.
        case suspectedFailed = "fail?"
        /// Not answering most primaries.
        case failed = "fail"
        case handshake
        case noAddress = "noaddr"
        case noFailover = "nofailover"
    }

    /// A slot on its way from one primary to another.
    package struct OpenSlot: Sendable, Equatable {
        package enum Direction: Sendable {
            case migrating, importing
        }

        package let slot: Int
        package let direction: Direction
        /// The id of the node that it goes to or comes from.
        package let peer: String
    }

    package let id: String
    package let address: String
    package let port: Int
    package let busPort: Int
    /// Empty where none was announced.
    package let hostname: String
    package let flags: Set<Flag>
    /// Of a replica.
    package let primaryID: String?
    package let configEpoch: Int64
    package let isLinked: Bool
    package let slots: [ClosedRange<Int>]
    package let openSlots: [OpenSlot]

    package var isMyself: Bool { flags.contains(.myself) }
    package var isPrimary: Bool { flags.contains(.primary) }
    package var isFailing: Bool { flags.contains(.failed) || flags.contains(.suspectedFailed) }

    /// Every row of a `CLUSTER NODES` reply; nil when one of them can't be read: half a view is worse than none.
    package static func rows(_ text: String) -> [ClusterNode]? {
        var rows: [ClusterNode] = []
        for line in text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline) {
            guard let row = ClusterNode(row: line) else { return nil }
            rows.append(row)
        }
        return rows
    }

    init?(row: Substring) {
        let columns = row.split(separator: " ", omittingEmptySubsequences: true)
        guard columns.count >= 8, let epoch = Int64(columns[6]), let place = Self.place(columns[1]) else { return nil }
        id = String(columns[0])
        (address, port, busPort, hostname) = place
        flags = Set(columns[2].split(separator: ",").compactMap { Flag(rawValue: String($0)) })
        primaryID = columns[3] == "-" ? nil : String(columns[3])
        configEpoch = epoch
        isLinked = columns[7] == "connected"
        var slots: [ClosedRange<Int>] = []
        var openSlots: [OpenSlot] = []
        for column in columns[8...] {
            if column.hasPrefix("[") {
                guard let open = OpenSlot(column) else { return nil }
                openSlots.append(open)
            } else {
                guard let range = Self.range(column) else { return nil }
                slots.append(range)
            }
        }
        self.slots = slots
        self.openSlots = openSlots
    }

    /// `127.0.0.1:6379@16379`, then perhaps `,hostname` and `,name=value` fields. The address may hold colons, or be empty.
    private static func place(_ column: Substring) -> (String, Int, Int, String)? {
        let parts = column.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
        let ports = parts[0].split(separator: "@", omittingEmptySubsequences: false)
        guard let colon = ports[0].lastIndex(of: ":"), let port = Int(ports[0][ports[0].index(after: colon)...]) else { return nil }
        let busPort = ports.count > 1 ? Int(ports[1]) : port + 10000
        guard let busPort else { return nil }
        return (String(ports[0][..<colon]), port, busPort, parts.count > 1 ? String(parts[1]) : "")
    }

    private static func range(_ column: Substring) -> ClosedRange<Int>? {
        let ends = column.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], 0 <= first, first <= last, last < 16384
        else { return nil }
        return first...last
    }
}

extension ClusterNode.OpenSlot {
    /// `[93-<-id]` comes from there, `[77->-id]` goes there.
    init?(_ column: Substring) {
        guard column.hasPrefix("["), column.hasSuffix("]") else { return nil }
        let inner = column.dropFirst().dropLast()
        for (mark, direction) in [("->-", Direction.migrating), ("-<-", .importing)] {
            guard let range = inner.firstRange(of: mark) else { continue }
            guard let slot = Int(inner[..<range.lowerBound]) else { return nil }
            self.slot = slot
            self.direction = direction
            peer = String(inner[range.upperBound...])
            return
        }
        return nil
    }
}
