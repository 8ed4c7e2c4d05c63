import CacheModel
import Yams

extension Reading {
    mutating func readVPC(_ node: Node, _ problems: inout Problems) {
        let keys: Set = ["id", "region", "account", "default", "endpoints", "subnets", "security-groups"]
        guard let entry = Entry(node, "a VPC", keys: keys, &problems) else { return }
        let id = claim("vpc-", "a VPC", entry, &problems)
        let region = Self.region(entry, &problems)
        let account = Self.account(entry, &problems)
        let isDefault = entry.flag("default", &problems)
        if isDefault, let region { checkDefault(region, account, entry, &problems) }
        let name = id ?? "the VPC on line \(entry.line)"
        var endpoints = AddressRanges()
        if let node = entry["endpoints"], let entry = Entry(node, "endpoints", keys: ["ipv4", "ipv6"], &problems) {
            endpoints = ranges(of: entry, "the endpoints of \(name)", &problems)
            if endpoints.isEmpty { problems.add("the endpoints of \(name) need a range as ipv4 or ipv6", at: entry.line) }
        }
        let nodes = entry.list("subnets", &problems)
        if nodes.isEmpty { problems.add("\(name) has no subnets", at: entry.line) }
        let subnets = nodes.compactMap { readSubnet($0, in: region, &problems) }
        let groups = readSecurityGroups(entry.list("security-groups", &problems), of: name, &problems)
        guard let id, let region else { return }
        vpcs.append(
            VPC(
                id: id, region: region.name, account: account, isDefault: isDefault, endpoints: endpoints, subnets: subnets,
                securityGroups: groups))
    }

    private static func region(_ entry: Entry, _ problems: inout Problems) -> Region? {
        guard let name = entry.text("region", &problems) else { return nil }
        guard let region = Region(name) else {
            problems.add("\(name) is not a region's name, such as us-east-1", at: entry.line(of: "region"))
            return nil
        }
        return region
    }

    private static func account(_ entry: Entry, _ problems: inout Problems) -> String? {
        guard let account = entry.optional("account", &problems) else { return nil }
        guard account.utf8.count == 12, account.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            problems.add("an account must have 12 digits: \(account)", at: entry.line(of: "account"))
            return nil
        }
        return account
    }

    /// One account in one region has one default VPC at most.
    private func checkDefault(_ region: Region, _ account: String?, _ entry: Entry, _ problems: inout Problems) {
        let other = vpcs.first { vpc in
            vpc.isDefault && vpc.region == region.name && (vpc.account == nil || account == nil || vpc.account == account)
        }
        if let other {
            problems.add("\(region.name) has a default VPC already, \(other.id)", at: entry.line(of: "default"))
        }
    }

    private mutating func readSubnet(_ node: Node, in region: Region?, _ problems: inout Problems) -> Subnet? {
        guard let entry = Entry(node, "a subnet", keys: ["id", "zone", "ipv4", "ipv6", "outpost"], &problems) else { return nil }
        let id = claim("subnet-", "a subnet", entry, &problems)
        let name = id ?? "the subnet on line \(entry.line)"
        let zone = entry.text("zone", &problems)
        if let zone, let region, !region.zones.contains(zone) {
            problems.add(
                "\(zone) is not a zone of \(region.name), which has \(region.zones.joined(separator: ", "))", at: entry.line(of: "zone"))
        }
        let ranges = ranges(of: entry, name, &problems)
        if ranges.isEmpty, entry["ipv4"] == nil, entry["ipv6"] == nil {
            problems.add("\(name) needs a range as ipv4 or ipv6", at: entry.line)
        }
        let outpost = entry.optional("outpost", &problems)
        if let outpost {
            let known = outposts.first { $0.arn == outpost }
            if known == nil {
                problems.add("\(name) is on an Outpost that is not listed under outposts: \(outpost)", at: entry.line(of: "outpost"))
            } else if let known, let zone, known.zone != zone {
                problems.add("\(name) is in \(zone), and its Outpost in \(known.zone)", at: entry.line(of: "outpost"))
            }
        }
        guard let id, let zone else { return nil }
        return Subnet(id: id, zone: zone, ranges: ranges, outpost: outpost)
    }

    mutating func readOutpost(_ node: Node, _ problems: inout Problems) {
        guard let entry = Entry(node, "an Outpost", keys: ["arn", "zone"], &problems),
            let arn = entry.text("arn", &problems), let zone = entry.text("zone", &problems)
        else { return }
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "arn", parts[2] == "outposts", let region = Region(parts[3]), parts[4].utf8.count == 12,
            parts[5].hasPrefix("outpost/op-")
        else {
            return problems.add(
                "the ARN of an Outpost must be like arn:aws:outposts:us-east-1:000000000000:outpost/op-1: \(arn)",
                at: entry.line(of: "arn"))
        }
        guard region.zones.contains(zone) else {
            return problems.add(
                "\(zone) is not a zone of \(region.name), which has \(region.zones.joined(separator: ", "))", at: entry.line(of: "zone"))
        }
        guard claim(arn, "an Outpost", entry.line(of: "arn"), &problems) else { return }
        outposts.append(Outpost(arn: arn, zone: zone))
    }
}
