import CacheModel
import NetworkFile
import Testing

@Suite struct NetworkFileTests {
    private static let text = """
        outposts:
          - arn: arn:aws:outposts:us-east-1:000000000000:outpost/op-1
            zone: us-east-1b
        vpcs:
          - id: vpc-main
            region: us-east-1
            default: true
            endpoints: {ipv4: 127.30.255.0/24, "ipv6": "fd00:30:ff::/64"}
            subnets:
              - id: subnet-a
                zone: us-east-1a
                ipv4: 127.30.1.0/24
                ipv6: fd00:30:1::/64
              - id: subnet-b
                zone: us-east-1b
                ipv4: 127.30.2.0/24
                outpost: arn:aws:outposts:us-east-1:000000000000:outpost/op-1
            security-groups:
              - id: sg-app
                description: What the application may reach
                ingress:
                  - from: [10.0.0.0/8, "fd00::/8", sg-ops]
                    ports: 6379
                  - from: sg-app
              - id: sg-ops
                default: true
          - id: vpc-0a1b2c3d4e5f60718
            region: eu-west-1
            account: 000000000001
            endpoints:
            subnets:
              - {id: subnet-6, zone: eu-west-1c, ipv6: "fd00:31::/120"}
        """

    private static let home = Realm(region: "us-east-1", account: "000000000000")

    @Test func everythingIsRead() throws {
        let file = try NetworkFile(parsing: Self.text)
        let layout = file.layout
        let vpc = try #require(layout.defaultVPC(in: Self.home))
        #expect(vpc.id == "vpc-main" && vpc.endpoints.ipv6?.description == "fd00:30:ff::/64")
        #expect(vpc.subnets.map(\.id) == ["subnet-a", "subnet-b"])
        #expect(vpc.subnets[0].ranges.ipv4 == .range(try IPv4Network(parsing: "127.30.1.0/24")))
        #expect(vpc.subnets[0].ranges.ipv6 == (try IPv6Network(parsing: "fd00:30:1::/64")))
        #expect(vpc.subnets[1].outpost == layout.outposts[0].arn && layout.outposts[0].zone == "us-east-1b")
        let app = try #require(layout.securityGroup("sg-app", in: Self.home))
        #expect(app.vpc == "vpc-main" && !app.isDefault && app.description == "What the application may reach")
        #expect(app.ingress.map(\.ports) == [6379...6379, 0...65_535])
        #expect(
            app.ingress[0].sources == [
                .ipv4(try IPv4Network(parsing: "10.0.0.0/8")), .ipv6(try IPv6Network(parsing: "fd00::/8")), .group("sg-ops"),
            ])
        #expect(vpc.defaultSecurityGroup?.id == "sg-ops" && vpc.defaultSecurityGroup?.isOpen == false)
        #expect(file.line(of: "subnet-b") == 14 && file.line(of: "vpc-main") == 5 && file.line(of: "subnet-c") == nil)
    }

    @Test func anAccountsNetworkIsItsOwn() throws {
        let layout = try NetworkFile(parsing: Self.text).layout
        let owner = Realm(region: "eu-west-1", account: "000000000001")
        let vpc = try #require(layout.vpcs(in: owner).first)
        #expect(layout.vpcs(in: Realm(region: "eu-west-1", account: "000000000000")).isEmpty)
        #expect(layout.vpcs(in: Realm(region: "us-east-1", account: "000000000001")).map(\.id) == ["vpc-main"], "it has no account")
        #expect(layout.defaultVPC(in: owner) == nil && vpc.endpoints.isEmpty)
        #expect(layout.subnet("subnet-6", in: owner)?.vpc.id == vpc.id && layout.subnet("subnet-6", in: Self.home) == nil)
        #expect(vpc.securityGroups.count == 1 && vpc.defaultSecurityGroup?.isOpen == true, "everybody may connect where nobody said who")
    }

    /// What is put in place of what, on which line that is a mistake, and what is said about it.
    static let mistakes: [(find: String, put: String, line: Int, says: [String])] = [
        ("vpcs:", "vpc:", 4, ["the file has no key vpc", "vpcs"]),
        ("id: vpc-main", "name: vpc-main", 5, ["a VPC has no key name"]),
        ("id: vpc-main", "id: main", 5, ["vpc-", "main"]),
        ("id: vpc-main", "id: vpc-Main", 5, ["vpc-Main"]),
        ("id: vpc-main", "id:", 5, ["a VPC needs id"]),
        ("id: vpc-main", "id: [a]", 5, ["id of a VPC must be a text"]),
        ("region: us-east-1", "region: here", 6, ["here is not a region's name"]),
        ("default: true", "default: perhaps", 7, ["default of a VPC must be true or false"]),
        ("account: 000000000001", "account: 1", 29, ["12 digits"]),
        ("region: eu-west-1\n    account: 000000000001", "region: us-east-1\n    default: true", 29, ["default VPC already, vpc-main"]),
        ("endpoints: {ipv4: 127.30.255.0/24, \"ipv6\": \"fd00:30:ff::/64\"}", "endpoints: {}", 8, ["vpc-main", "need a range"]),
        ("id: vpc-0a1b2c3d4e5f60718", "id: vpc-main", 27, ["named twice", "line 5"]),
        ("id: subnet-b", "id: subnet-a", 14, ["named twice", "a subnet on line 10"]),
        ("id: subnet-b", "id: vpc-b", 14, ["subnet-"]),
        ("zone: us-east-1a", "zone: us-east-1z", 11, ["us-east-1z is not a zone of us-east-1", "us-east-1f"]),
        ("zone: us-east-1a", "zone:", 10, ["a subnet needs zone"]),
        ("ipv4: 127.30.1.0/24", "ipv4: 127.30.1.0", 12, ["127.30.1.0", "must be like"]),
        ("ipv4: 127.30.1.0/24", "ipv4: 127.30.1.1/24", 12, ["127.30.1.0/24 may be meant"]),
        ("ipv4: 127.30.1.0/24", "ipv4: 127.30.1.0/31", 12, ["too small", "/30"]),
        ("ipv4: 127.30.1.0/24", "ipv4: 224.0.0.0/24", 12, ["no node can have"]),
        ("ipv4: 127.30.1.0/24", "ipv4: 127.30.2.128/25", 16, ["127.30.2.0/24 overlaps 127.30.2.128/25 of subnet-a on line 12"]),
        ("ipv4: 127.30.1.0/24", "ipv4: 127.30.0.0/16", 12, ["overlaps 127.30.255.0/24 of the endpoints of vpc-main on line 8"]),
        ("ipv6: fd00:30:1::/64", "ipv6: fd00:30:1::1/64", 13, ["fd00:30:1::/64 may be meant"]),
        ("ipv6: fd00:30:1::/64", "ipv6: 10.0.0.0/8", 13, ["must be like"]),
        ("ipv6: fd00:30:1::/64", "ipv6: fe80::/64", 13, ["no node can have"]),
        ("ipv6: fd00:30:1::/64", "ipv6: fd00:31::/127", 13, ["too small", "/126"]),
        ("ipv6: fd00:30:1::/64", "ipv6: fd00:31::/64", 32, ["overlaps fd00:31::/64 of subnet-a on line 13"]),
        ("ipv4: 127.30.2.0/24", "ipv4:", 14, ["subnet-b needs a range"]),
        ("outpost: arn:aws:outposts:us-east-1:000000000000:outpost/op-1", "outpost: arn:aws:outposts:x", 17, ["not listed under outposts"]),
        ("zone: us-east-1b\n", "zone: us-east-1a\n", 17, ["subnet-b is in us-east-1b, and its Outpost in us-east-1a"]),
        ("arn: arn:aws:outposts:us-east-1", "arn: arn:aws:outpost:us-east-1", 2, ["must be like"]),
        ("sg-ops]", "sg-none]", 22, ["vpc-main has no security group sg-none"]),
        ("from: [10.0.0.0/8", "from: [10.0.0.1/8", 22, ["10.0.0.0/8 may be meant"]),
        ("from: [10.0.0.0/8", "from: [somebody", 22, ["somebody"]),
        ("ports: 6379", "ports: 6380-6379", 23, ["6380-6379"]),
        ("ports: 6379", "ports: 70000", 23, ["65535"]),
        ("- from: sg-app", "- ports: 1", 24, ["needs from"]),
        ("description: What the application may reach", "default: true", 26, ["default security group already, sg-app"]),
        ("subnets:\n      - {id", "subnets:\n      - [a]\n      - {id", 32, ["a subnet must have the keys"]),
        ("vpcs:\n", "vpcs: [\n", 5, ["not YAML"]),
        ("default: true\n    endpoints", "default: true\n    default: true\n    endpoints", 5, ["given twice"]),
    ]

    @Test(arguments: mistakes.indices)
    func everyMistakeIsToldWithItsLine(index: Int) throws {
        let mistake = Self.mistakes[index]
        let text = Self.text.replacing(mistake.find, with: mistake.put, maxReplacements: 1)
        try #require(text != Self.text)
        let error = try #require(throws: NetworkFileError.self) { try NetworkFile(parsing: text) }
        let report = error.description(of: "network.yaml")
        #expect(error.problems.contains { $0.line == mistake.line }, "\(report)")
        for part in mistake.says { #expect(report.contains(part), "\(report)") }
        #expect(report.hasPrefix("network.yaml:"))
    }

    @Test func allMistakesAreToldAtOnce() throws {
        let text = Self.text.replacing("zone: us-east-1a", with: "zone: nowhere").replacing("region: eu-west-1", with: "region: x")
        let error = try #require(throws: NetworkFileError.self) { try NetworkFile(parsing: text) }
        #expect(error.problems.map(\.line) == [11, 28])
    }

    @Test(arguments: ["", "# nothing", "vpcs: []", "vpcs:", "- vpcs", "text", "vpcs: {}"])
    func aFileWithoutVPCsIsAMistake(text: String) {
        #expect(throws: NetworkFileError.self) { try NetworkFile(parsing: text) }
    }
}
