import CacheModel
import Testing

@testable import ControlPlane

/// What an operator may have named: a default VPC and another one in us-east-1, with small subnets, and an Outpost.
enum SampleNetwork {
    static let outpost = "arn:aws:outposts:us-east-1:000000000000:outpost/op-1"
    static let unused = "arn:aws:outposts:us-east-1:000000000000:outpost/op-2"

    static func layout() throws -> NetworkLayout {
        func subnet(_ name: String, _ zone: String, _ range: String?, v6: String? = nil, outpost: String? = nil) throws -> Subnet {
            let ranges = AddressRanges(
                ipv4: try range.map { .range(try IPv4Network(parsing: $0)) }, ipv6: try v6.map { try IPv6Network(parsing: $0) })
            return Subnet(id: "subnet-\(name)", zone: "us-east-1\(zone)", ranges: ranges, outpost: outpost)
        }
        let main = VPC(
            id: "vpc-main", region: "us-east-1", isDefault: true,
            endpoints: AddressRanges(ipv4: .range(try IPv4Network(parsing: "127.30.255.0/24"))),
            subnets: [
                try subnet("a", "a", "127.30.1.0/29"), try subnet("b", "b", "127.30.2.0/24"), try subnet("c", "c", "127.30.3.0/24"),
                try subnet("a2", "a", "127.30.4.0/29"), try subnet("6", "a", nil, v6: "fd00:30::/64"),
                try subnet("out", "b", "127.30.5.0/24", outpost: outpost),
            ], securityGroups: [.open(vpc: "vpc-main")])
        let other = VPC(
            id: "vpc-other", region: "us-east-1", account: "000000000000", isDefault: false, endpoints: AddressRanges(),
            subnets: [
                try subnet("x", "d", "127.31.1.0/29"), try subnet("y", "e", "127.31.2.0/29"),
                try subnet("z", "d", "127.31.3.0/24", v6: "fd00:31::/64"),
            ], securityGroups: [.open(vpc: "vpc-other")])
        let outposts = [Outpost(arn: outpost, zone: "us-east-1b"), Outpost(arn: unused, zone: "us-east-1a")]
        return NetworkLayout(vpcs: [main, other], outposts: outposts)
    }

    static func fixture() async throws -> Fixture { try await Fixture(layout: layout()) }
}

extension Fixture {
    /// Makes a subnet group of the subnets, named without `subnet-`.
    @discardableResult
    func makeSubnetGroup(_ name: String, _ subnets: String..., form: String = "") async throws -> Reply {
        let ids = subnets.enumerated().map { "&SubnetIds.SubnetIdentifier.\($0 + 1)=subnet-\($1)" }.joined()
        return try await call(
            "CreateCacheSubnetGroup", "CacheSubnetGroupName=\(name)&CacheSubnetGroupDescription=d\(ids)" + (form.isEmpty ? "" : "&\(form)"))
    }
}
