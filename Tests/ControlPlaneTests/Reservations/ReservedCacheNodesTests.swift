import CacheModel
import Testing

@testable import ControlPlane

@Suite struct ReservedCacheNodesTests {
    private static let offerings = [
        NodeOffering(
            id: "o-1", nodeType: "cache.r6g.large", term: .oneYear, product: "redis", payment: .noUpfront,
            recurringCharges: [.init(amount: 0.077, frequency: "Hourly")]),
        NodeOffering(id: "o-2", nodeType: "cache.m5.large", term: .threeYears, product: "valkey", payment: .allUpfront, fixedPrice: 1248),
    ]
    private static let buy = "PurchaseReservedCacheNodesOffering"

    private static func fixture() async throws -> Fixture { try await Fixture(offerings: offerings) }

    @Test func withoutAFileThereAreNone() async throws {
        let fixture = try await Fixture()
        let reply = try await fixture.call("DescribeReservedCacheNodesOfferings")
        #expect(reply.status == 200 && reply.all("ReservedCacheNodesOffering").isEmpty && reply.has("ReservedCacheNodesOfferings"))
        #expect(try await fixture.call("DescribeReservedCacheNodes").all("ReservedCacheNode").isEmpty)
    }

    @Test(arguments: [
        ("", ["o-1", "o-2"]), ("ReservedCacheNodesOfferingId=o-2", ["o-2"]), ("CacheNodeType=cache.r6g.large", ["o-1"]),
        ("Duration=3", ["o-2"]), ("Duration=31536000", ["o-1"]), ("ProductDescription=Valkey", ["o-2"]),
        ("OfferingType=No%20Upfront", ["o-1"]), ("OfferingType=No%20Upfront&Duration=3", []), ("ProductDescription=memcached", []),
    ])
    func offeringsAreFiltered(form: String, expected: [String]) async throws {
        let reply = try await Self.fixture().call("DescribeReservedCacheNodesOfferings", form)
        #expect(reply.all("ReservedCacheNodesOfferingId") == expected, "\(reply.text)")
    }

    @Test func anOfferingAsItIsDescribed() async throws {
        let reply = try await Self.fixture().call("DescribeReservedCacheNodesOfferings", "ReservedCacheNodesOfferingId=o-1")
        #expect(reply.first("Duration") == "31536000" && reply.first("OfferingType") == "No Upfront", "\(reply.text)")
        #expect(reply.first("RecurringChargeAmount") == "0.077" && reply.first("RecurringChargeFrequency") == "Hourly")
        #expect(reply.first("ProductDescription") == "redis" && reply.first("CacheNodeType") == "cache.r6g.large")
    }

    @Test(arguments: [
        ("DescribeReservedCacheNodesOfferings", "ReservedCacheNodesOfferingId=x", "ReservedCacheNodesOfferingNotFound", "x"),
        ("DescribeReservedCacheNodesOfferings", "Duration=2", "InvalidParameterValue", "Duration"),
        ("DescribeReservedCacheNodesOfferings", "OfferingType=Free", "InvalidParameterValue", "OfferingType"),
        ("DescribeReservedCacheNodesOfferings", "MaxRecords=5", "InvalidParameterValue", "MaxRecords"),
        ("DescribeReservedCacheNodes", "ReservedCacheNodeId=x", "ReservedCacheNodeNotFound", "x"),
        ("DescribeReservedCacheNodes", "Duration=one", "InvalidParameterValue", "Duration"),
        (buy, "ReservedCacheNodesOfferingId=x", "ReservedCacheNodesOfferingNotFound", "x"),
        (buy, "ReservedCacheNodesOfferingId=o-1&CacheNodeCount=0", "InvalidParameterValue", "CacheNodeCount"),
        (buy, "ReservedCacheNodesOfferingId=o-1&CacheNodeCount=301", "ReservedCacheNodeQuotaExceeded", "300"),
        (buy, "ReservedCacheNodesOfferingId=o-1&ReservedCacheNodeId=a--b", "InvalidParameterValue", "ReservedCacheNodeId"),
        (buy, "ReservedCacheNodesOfferingId=o-1&Tags.Tag.1.Key=aws:x", "InvalidParameterValue", "Tags.Tag.1.Key"),
        (buy, "", "InvalidParameterValue", "ReservedCacheNodesOfferingId"),
    ])
    func refusals(action: String, form: String, code: String, text: String) async throws {
        try await Self.fixture().expectRefusal(action, form, code, text)
    }

    @Test func aPurchaseIsRecordedAndGoesThroughItsStates() async throws {
        let fixture = try await Self.fixture()
        let bought = try await fixture.call(
            Self.buy, "ReservedCacheNodesOfferingId=o-1&ReservedCacheNodeId=Mine&CacheNodeCount=3&Tags.Tag.1.Key=a&Tags.Tag.1.Value=1")
        #expect(bought.first("ReservedCacheNodeId") == "mine" && bought.first("State") == "payment-pending", "\(bought.text)")
        #expect(bought.first("ReservationARN") == "arn:aws:elasticache:us-east-1:000000000000:reserved-instance:mine")
        #expect(bought.first("CacheNodeCount") == "3" && bought.first("StartTime") == "2026-11-23T03:00:00.000Z")
        func state() async throws -> String? {
            try await fixture.call("DescribeReservedCacheNodes", "ReservedCacheNodeId=MINE").first("State")
        }
        fixture.clock.advance(60)
        #expect(try await state() == "active")
        fixture.clock.advance(31_535_939)
        #expect(try await state() == "active")
        fixture.clock.advance(1)
        #expect(try await state() == "retired")
        // What is over counts no more.
        try await fixture.call(Self.buy, "ReservedCacheNodesOfferingId=o-1&CacheNodeCount=300").expectSuccess()
    }

    @Test func aNameIsTakenOnce() async throws {
        let fixture = try await Self.fixture()
        let form = "ReservedCacheNodesOfferingId=o-1&ReservedCacheNodeId=mine"
        try await fixture.call(Self.buy, form).expectSuccess()
        try await fixture.expectRefusal(Self.buy, form, "ReservedCacheNodeAlreadyExists", "mine")
        // Without one it gets one: two of the same moment get different ones.
        let names = [
            try await fixture.call(Self.buy, "ReservedCacheNodesOfferingId=o-2"),
            try await fixture.call(Self.buy, "ReservedCacheNodesOfferingId=o-2"),
        ].map { $0.first("ReservedCacheNodeId") }
        #expect(names == ["ri-2026-11-23-03-00-00-000", "ri-2026-11-23-03-00-00-000-2"])
        let others = try await fixture.call("DescribeReservedCacheNodes", "Duration=3")
        #expect(others.all("ReservedCacheNodeId").count == 2)
        #expect(
            try await fixture.call("DescribeReservedCacheNodes", "ReservedCacheNodesOfferingId=o-1").all("ReservedCacheNodeId") == ["mine"])
        // Another region's books know nothing of it.
        #expect(try await fixture.call("DescribeReservedCacheNodes", region: "eu-west-1").all("ReservedCacheNodeId").isEmpty)
    }

    @Test func pages() async throws {
        let fixture = try await Self.fixture()
        for number in 10..<35 {
            try await fixture.call(Self.buy, "ReservedCacheNodesOfferingId=o-1&ReservedCacheNodeId=r-\(number)").expectSuccess()
        }
        let first = try await fixture.call("DescribeReservedCacheNodes", "MaxRecords=20")
        #expect(first.all("ReservedCacheNodeId").count == 20)
        let marker = try #require(first.marker).escaped
        let second = try await fixture.call("DescribeReservedCacheNodes", "MaxRecords=20&Marker=\(marker)")
        #expect(second.all("ReservedCacheNodeId") == (30..<35).map { "r-\($0)" } && second.marker == nil)
    }

    @Test func tags() async throws {
        let fixture = try await Self.fixture()
        try await fixture.call(Self.buy, "ReservedCacheNodesOfferingId=o-1&ReservedCacheNodeId=mine&Tags.Tag.1.Key=a").expectSuccess()
        let arn = "ResourceName=" + "arn:aws:elasticache:us-east-1:000000000000:reserved-instance:mine".escaped
        #expect(try await fixture.call("AddTagsToResource", "\(arn)&Tags.Tag.1.Key=b").all("Key") == ["a", "b"])
        #expect(try await fixture.call("RemoveTagsFromResource", "\(arn)&TagKeys.member.1=a").all("Key") == ["b"])
        #expect(try await fixture.call("ListTagsForResource", arn).all("Key") == ["b"])
        let stranger = "ResourceName=" + "arn:aws:elasticache:us-east-1:000000000000:reserved-instance:x".escaped
        try await fixture.expectRefusal("ListTagsForResource", stranger, "ReservedCacheNodeNotFound", "x is not present")
    }

    /// A reservation survives the service.
    @Test func isReadAgain() async throws {
        let fixture = try await Self.fixture()
        try await fixture.call(Self.buy, "ReservedCacheNodesOfferingId=o-1&ReservedCacheNodeId=mine").expectSuccess()
        let again = try await Fixture(store: fixture.store)
        #expect(try await again.call("DescribeReservedCacheNodes").all("ReservedCacheNodeId") == ["mine"])
    }
}
