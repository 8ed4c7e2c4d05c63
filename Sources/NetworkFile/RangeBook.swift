import CacheModel

/// The ranges of addresses that the file has named so far.
struct RangeBook {
    private struct Item<Network> {
        let network: Network
        let owner: String
        let line: Int
    }

    private var ipv4: [Item<IPv4Network>] = []
    private var ipv6: [Item<IPv6Network>] = []

    mutating func addIPv4(_ text: String, _ owner: String, _ line: Int, _ problems: inout Problems) -> IPv4Network? {
        let network: IPv4Network
        do throws(IPv4Network.Failure) {
            network = try IPv4Network(parsing: text)
        } catch {
            problems.add(Self.explain(text, error), at: line)
            return nil
        }
        guard network.prefix <= 30 else {
            problems.add("\(text) is too small: its prefix must not be longer than /30", at: line)
            return nil
        }
        guard Self.isUnicast(network) else {
            problems.add("\(text) has addresses that no node can have", at: line)
            return nil
        }
        if let other = ipv4.first(where: { $0.network.overlaps(network) }) {
            problems.add("\(text) overlaps \(other.network) of \(other.owner) on line \(other.line)", at: line)
            return nil
        }
        ipv4.append(Item(network: network, owner: owner, line: line))
        return network
    }

    mutating func addIPv6(_ text: String, _ owner: String, _ line: Int, _ problems: inout Problems) -> IPv6Network? {
        let network: IPv6Network
        do throws(IPv6Network.Failure) {
            network = try IPv6Network(parsing: text)
        } catch {
            problems.add(Self.explain(text, error), at: line)
            return nil
        }
        guard network.prefix <= 126 else {
            problems.add("\(text) is too small: its prefix must not be longer than /126", at: line)
            return nil
        }
        guard Self.isUnicast(network) else {
            problems.add("\(text) has addresses that no node can have", at: line)
            return nil
        }
        if let other = ipv6.first(where: { $0.network.overlaps(network) }) {
            problems.add("\(text) overlaps \(other.network) of \(other.owner) on line \(other.line)", at: line)
            return nil
        }
        ipv6.append(Item(network: network, owner: owner, line: line))
        return network
    }

    /// Not 0.0.0.0/8, nor multicast and what comes after it.
    private static func isUnicast(_ network: IPv4Network) -> Bool {
        network.first.value >> 24 != 0 && network.last.value >> 24 < 224
    }

    /// Neither multicast nor addresses of one link, which mean nothing without naming the link, nor IPv4 in disguise and what lies beside it.
    private static func isUnicast(_ network: IPv6Network) -> Bool {
        let others = ["ff00::/8", "fe80::/10", "::/32"].compactMap(IPv6Network.init(_:))
        return !others.contains { $0.overlaps(network) }
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
