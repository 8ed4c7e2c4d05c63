package import CacheModel
package import Foundation

/// Who asks, for which world, and when.
package struct RequestContext: Sendable {
    package let realm: Realm
    package let region: Region
    package let requestID: String
    package let now: Date

    package init(realm: Realm, region: Region, requestID: String, now: Date) {
        self.realm = realm
        self.region = region
        self.requestID = requestID
        self.now = now
    }

    func arn(_ type: ARN.ResourceType, _ name: String) -> String {
        ARN(region: region, account: realm.account, type: type, name: name).description
    }
}
