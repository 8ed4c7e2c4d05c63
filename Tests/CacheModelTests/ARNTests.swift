import CacheModel
import Testing

struct ARNTests {
    private static func region(_ name: String) throws -> Region { try #require(Region(name)) }

    @Test(arguments: [
        ("us-east-1", "arn:aws:elasticache:us-east-1:000000000000:replicationgroup:my-rg"),
        ("cn-north-1", "arn:aws-cn:elasticache:cn-north-1:000000000000:replicationgroup:my-rg"),
        ("us-gov-west-1", "arn:aws-us-gov:elasticache:us-gov-west-1:000000000000:replicationgroup:my-rg"),
    ])
    func built(region: String, expected: String) throws {
        let arn = ARN(region: try Self.region(region), account: "000000000000", type: .replicationGroup, name: "my-rg")
        #expect(arn.description == expected)
        #expect(ARN(expected) == arn)
        #expect(try ARN(parsing: expected, in: Self.region(region)) == arn)
    }

    @Test func globalDatastoresHaveNoRegion() throws {
        let arn = ARN(region: try Self.region("us-west-2"), account: "1", type: .globalReplicationGroup, name: "sgaui-x")
        #expect(arn.description == "arn:aws:elasticache::1:globalreplicationgroup:sgaui-x")
    }

    @Test(arguments: ARN.ResourceType.allCases)
    func everyType(type: ARN.ResourceType) throws {
        let arn = ARN(region: try Self.region("eu-west-1"), account: "123456789012", type: type, name: "default.redis7.cluster.on")
        #expect(ARN(arn.description) == arn)
    }

    @Test(arguments: [
        ("", ARN.Failure.components),
        ("my-rg", .components),
        ("arn:aws:elasticache:us-east-1:1:cluster", .components),
        ("arn:aws:elasticache:us-east-1:1:cluster:a:b", .components),
        ("urn:aws:elasticache:us-east-1:1:cluster:a", .components),
        ("::::::", .components),
        ("arn:aws-cn:elasticache:us-east-1:1:cluster:a", .partition(expected: "aws")),
        ("arn::elasticache:us-east-1:1:cluster:a", .partition(expected: "aws")),
        ("arn:aws:rds:us-east-1:1:cluster:a", .service),
        ("arn:aws:elasticache:us-east-1:1:Cluster:a", .resourceType("Cluster")),
        ("arn:aws:elasticache:us-east-1:1:table:a", .resourceType("table")),
        ("arn:aws:elasticache:us-east-1:1:cluster:", .emptyName),
    ])
    func refused(text: String, failure: ARN.Failure) throws {
        let region = try Self.region("us-east-1")
        #expect(throws: failure) { try ARN(parsing: text, in: region) }
    }
}
