import Testing

@testable import ControlPlane

@Suite struct CacheSecurityGroupsTests {
    private static let ingress = "CacheSecurityGroupName=c&EC2SecurityGroupName=e&EC2SecurityGroupOwnerId=123456789012"

    @Test(arguments: [
        ("CreateCacheSecurityGroup", "CacheSecurityGroupName=c&Description=d"),
        ("DescribeCacheSecurityGroups", ""),
        ("DescribeCacheSecurityGroups", "CacheSecurityGroupName=c"),
        ("DeleteCacheSecurityGroup", "CacheSecurityGroupName=c"),
        ("AuthorizeCacheSecurityGroupIngress", ingress),
        ("RevokeCacheSecurityGroupIngress", ingress),
    ])
    func areRefused(action: String, form: String) async throws {
        let fixture = try await Fixture()
        try await fixture.expectRefusal(
            action, form, "InvalidParameterValue", "Use of cache security groups is not permitted in this API version for your account.")
    }

    @Test func whatIsMissingIsToldFirst() async throws {
        let fixture = try await Fixture()
        try await fixture.expectRefusal(
            "CreateCacheSecurityGroup", "Description=d", "InvalidParameterValue",
            "The parameter CacheSecurityGroupName must be provided and must not be null.")
    }
}
