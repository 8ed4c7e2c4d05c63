import CacheModel
import Foundation
import Testing

@testable import ControlPlane

@Suite struct RecordKeyTests {
    /// As texts they sort by time, and within a millisecond by their number.
    @Test func eventsSortByTime() {
        let seconds: [Double] = [0, 0.125, 0.25, 1, 999, 1000, 1_000_000_000, 1_795_402_800.125, 1_795_402_800.5, 99_999_999_999]
        let keys = seconds.flatMap { time in
            [1, 2, 9, 10, 1_000_000].map { RecordKey.event(Fixture.home, at: Date(timeIntervalSince1970: time), sequence: $0) }
        }
        #expect(keys == keys.sorted() && Set(keys).count == keys.count)
        #expect(keys.allSatisfy { RecordKey.realm(ofEvent: $0) == Fixture.home })
    }

    @Test func keysNameWhatTheyAreOf() throws {
        for text in ["127.64.0.1", "fd00:64::1"] {
            let address = try #require(IPAddress(text))
            #expect(RecordKey.address(of: RecordKey.address(address)) == address)
        }
        let realm = Realm(region: "eu-west-1", account: "123456789012")
        let clusterID = try #require(RecordKey.clusterID(of: RecordKey.clusterID("g-001", in: realm)))
        #expect(clusterID.0 == realm && clusterID.1 == "g-001")
        let key = GroupKey(kind: .cacheCluster, realm: realm, id: "g-001")
        #expect(GroupKey(storeKey: key.storeKey) == key && key.storeKey == "cluster/123456789012/eu-west-1/g-001")
    }

    @Test(arguments: ["", "group", "group/a/b", "group/a/b/c/d", "groups/a/b/c", "process/p", "event/a/b/c"])
    func otherKeysAreNoGroups(key: String) {
        #expect(GroupKey(storeKey: key) == nil)
    }

    @Test(arguments: ["address/127.0.0.256", "address/", "addresses/127.0.0.1", "region", "event/a/b"])
    func otherKeysAreNothing(key: String) {
        #expect(RecordKey.address(of: key) == nil && RecordKey.clusterID(of: key) == nil && RecordKey.realm(ofEvent: key) == nil)
    }
}
