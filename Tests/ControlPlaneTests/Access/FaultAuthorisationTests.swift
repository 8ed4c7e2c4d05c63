import Access
import CacheModel
import Testing

@testable import ControlPlane

@Suite struct FaultAuthorisationTests {
    private static let own = Realm(region: "us-east-1", account: AuthorisationTests.account)

    private static func refusal(_ body: () throws(FaultRefusal) -> Void) -> FaultRefusal? {
        do throws(FaultRefusal) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func aMemberHasToBeOfTheKeysAccount() throws {
        let alice = try AuthorisationTests.principal()
        #expect(Self.refusal { () throws(FaultRefusal) in try FaultAuthorisation.check(alice, member: "m", in: Self.own) } == nil)
        let refusal = Self.refusal { () throws(FaultRefusal) in try FaultAuthorisation.check(alice, member: "m", in: Fixture.home) }
        #expect(refusal?.reason == .forbidden)
    }

    @Test func aZoneIsForKeysOfTheServicesAccount() throws {
        let alice = try AuthorisationTests.principal()
        let operatorKey = try AuthorisationTests.principal(account: Fixture.home.account)
        #expect(Self.refusal { () throws(FaultRefusal) in try FaultAuthorisation.checkZone(operatorKey, home: Fixture.home) } == nil)
        let refusal = Self.refusal { () throws(FaultRefusal) in try FaultAuthorisation.checkZone(alice, home: Fixture.home) }
        #expect(refusal?.reason == .forbidden)
    }

    /// Whoever may not touch a cluster may not touch its nodes.
    @Test(arguments: [("web", true), ("web.0001", true), ("web.1", true), ("other.0001", false), ("demo-001", false)])
    func aMemcachedNodeIsAskedAboutAsItsCluster(member: String, denied: Bool) throws {
        let statement = AuthorisationTests.statement
        let bob = try AuthorisationTests.principal(
            "[\(statement("Allow", "*", "*")), \(statement("Deny", "elastane:*", "arn:aws:elasticache:*:*:cluster:web"))]")
        let refusal = Self.refusal { () throws(FaultRefusal) in try FaultAuthorisation.check(bob, member: member, in: Self.own) }
        #expect((refusal?.reason == .forbidden) == denied)
    }

    @Test(arguments: [
        ("elastane:MakeFault", "*", true), ("*", "*", true), ("elasticache:*", "*", false),
        ("elastane:*", "arn:aws:elasticache:*:*:cluster:demo-*", true), ("elastane:*", "arn:aws:elasticache:*:*:cluster:other-*", false),
    ])
    func aPolicyHasToAllowIt(action: String, resource: String, allowed: Bool) throws {
        let bob = try AuthorisationTests.principal(AuthorisationTests.statement("Allow", action, resource))
        let refusal = Self.refusal { () throws(FaultRefusal) in try FaultAuthorisation.check(bob, member: "demo-001", in: Self.own) }
        #expect((refusal == nil) == allowed)
        if let refusal { #expect(refusal.message.contains("is not authorized to perform: elastane:MakeFault on resource: arn:aws:")) }
    }
}
