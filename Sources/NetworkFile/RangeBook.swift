import CacheModel

/// The ranges of addresses that the file has named so far.
struct RangeBook {
    private var ipv4 = FamilyRanges<IPv4Network>()
    private var ipv6 = FamilyRanges<IPv6Network>()

    mutating func addIPv4(_ text: String, _ owner: String, _ line: Int, _ problems: inout Problems) -> IPv4Network? {
        do throws(IPv4Network.Failure) {
            return ipv4.add(try IPv4Network(parsing: text), as: text, owner, line, &problems)
        } catch {
            problems.add(Self.explain(text, error), at: line)
            return nil
        }
    }

    mutating func addIPv6(_ text: String, _ owner: String, _ line: Int, _ problems: inout Problems) -> IPv6Network? {
        do throws(IPv6Network.Failure) {
            return ipv6.add(try IPv6Network(parsing: text), as: text, owner, line, &problems)
        } catch {
            problems.add(Self.explain(text, error), at: line)
            return nil
        }
    }

    private static func explain(_ text: String, _ failure: IPv4Network.Failure) -> String {
        switch failure {
        case .malformed: "an ipv4 range must be like 10.0.0.0/24: \(text)"
        case .notTheFirstAddress(let network): "\(text) does not begin with its first address: \(network) may be meant"
        }
    }

    private static func explain(_ text: String, _ failure: IPv6Network.Failure) -> String {
        switch failure {
        case .malformed: "an ipv6 range must be like fd00:10::/64: \(text)"
        case .notTheFirstAddress(let network): "\(text) does not begin with its first address: \(network) may be meant"
        }
    }
}

/// Those of one address family.
private struct FamilyRanges<Network: NodeRange> {
    private struct Item {
        let network: Network
        let owner: String
        let line: Int
    }

    private var items: [Item] = []

    /// Nil if no node can live there, or others do.
    mutating func add(_ network: Network, as text: String, _ owner: String, _ line: Int, _ problems: inout Problems) -> Network? {
        guard network.prefix <= Network.longestPrefix else {
            problems.add("\(text) is too small: its prefix must not be longer than /\(Network.longestPrefix)", at: line)
            return nil
        }
        guard network.isUnicast else {
            problems.add("\(text) has addresses that no node can have", at: line)
            return nil
        }
        if let other = items.first(where: { $0.network.overlaps(network) }) {
            problems.add("\(text) overlaps \(other.network) of \(other.owner) on line \(other.line)", at: line)
            return nil
        }
        items.append(Item(network: network, owner: owner, line: line))
        return network
    }
}

/// A block of addresses that nodes may have.
private protocol NodeRange {
    /// Of the smallest block that has addresses to give: neither the first nor the last is given.
    static var longestPrefix: Int { get }

    var prefix: Int { get }
    var isUnicast: Bool { get }

    func overlaps(_ other: Self) -> Bool
}

extension IPv4Network: NodeRange {
    fileprivate static var longestPrefix: Int { 30 }

    /// Not 0.0.0.0/8, nor multicast and what comes after it.
    fileprivate var isUnicast: Bool { first.value >> 24 != 0 && last.value >> 24 < 224 }
}

extension IPv6Network: NodeRange {
    fileprivate static var longestPrefix: Int { 126 }

    /// Neither multicast, nor addresses of one link, which mean nothing without naming the link, nor IPv4 in disguise and its neighbours.
    fileprivate var isUnicast: Bool {
        let others = ["ff00::/8", "fe80::/10", "::/32"].compactMap(IPv6Network.init(_:))
        return !others.contains { $0.overlaps(self) }
    }
}
