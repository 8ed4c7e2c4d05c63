import CacheModel
import Yams

extension Reading {
    /// With one that lets everybody in where none is said to be the default one.
    mutating func readSecurityGroups(_ nodes: [Node], of vpc: String, _ problems: inout Problems) -> [SecurityGroup] {
        var groups: [SecurityGroup] = []
        /// Security groups that others name as a source.
        var sources: [(id: String, line: Int)] = []
        for node in nodes {
            let keys: Set = ["id", "description", "default", "ingress"]
            guard let entry = Entry(node, "a security group", keys: keys, &problems) else { continue }
            let id = claim("sg-", "a security group", entry, &problems)
            let isDefault = entry.flag("default", &problems)
            if isDefault, let other = groups.first(where: \.isDefault) {
                problems.add("\(vpc) has a default security group already, \(other.id)", at: entry.line(of: "default"))
            }
            let ingress = entry.list("ingress", &problems).compactMap { readIngress($0, &sources, &problems) }
            let description = entry.optional("description", &problems) ?? ""
            guard let id else { continue }
            groups.append(SecurityGroup(id: id, vpc: vpc, description: description, isDefault: isDefault, ingress: ingress))
        }
        for source in sources where !groups.contains(where: { $0.id == source.id }) {
            problems.add("\(vpc) has no security group \(source.id)", at: source.line)
        }
        return groups.contains(where: \.isDefault) ? groups : groups + [.open(vpc: vpc)]
    }

    private func readIngress(
        _ node: Node, _ groups: inout [(id: String, line: Int)], _ problems: inout Problems
    ) -> SecurityGroup.Ingress? {
        guard let entry = Entry(node, "an ingress", keys: ["from", "ports"], &problems) else { return nil }
        let nodes = entry["from"].map { $0.sequence.map(Array.init) ?? [$0] } ?? []
        if nodes.isEmpty { problems.add("an ingress needs from: ranges of addresses, or security groups", at: entry.line) }
        var sources: [SecurityGroup.Source] = []
        for node in nodes {
            let line = node.mark?.line ?? entry.line
            let text = node.scalar?.string ?? ""
            if text.hasPrefix("sg-") {
                groups.append((text, line))
                sources.append(.group(text))
            } else if let source = Self.range(text, line, &problems) {
                sources.append(source)
            }
        }
        guard let text = entry.optional("ports", &problems) else { return SecurityGroup.Ingress(sources: sources) }
        guard let ports = Self.ports(text) else {
            problems.add("ports must be like 6379 or 6379-6380, from 0 to 65535: \(text)", at: entry.line(of: "ports"))
            return nil
        }
        return SecurityGroup.Ingress(sources: sources, ports: ports)
    }

    private static func range(_ text: String, _ line: Int, _ problems: inout Problems) -> SecurityGroup.Source? {
        do {
            return text.contains(":") ? .ipv6(try IPv6Network(parsing: text)) : .ipv4(try IPv4Network(parsing: text))
        } catch IPv4Network.Failure.notTheFirstAddress(let network) {
            problems.add("\(text) does not begin with its first address: \(network) may be meant", at: line)
        } catch IPv6Network.Failure.notTheFirstAddress(let network) {
            problems.add("\(text) does not begin with its first address: \(network) may be meant", at: line)
        } catch {
            problems.add("a source must be a range such as 10.0.0.0/8 or fd00::/8, or a security group's id: \(text)", at: line)
        }
        return nil
    }

    private static func ports(_ text: String) -> ClosedRange<Int>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.allSatisfy { $0.isASCII && $0.isNumber } ? Int($0) : nil }
        guard (1...2).contains(parts.count), numbers.count == parts.count, let first = numbers.first, let last = numbers.last,
            first <= last, last <= 65_535
        else { return nil }
        return first...last
    }
}
