package import AWSProtocol
package import CacheModel
package import Foundation

/// Who asks, for which world, and when.
package struct RequestContext: Sendable {
    package let realm: Realm
    package let region: Region
    package let requestID: String
    package let now: Date
    /// The request itself, with parameters that the service model does not know yet.
    package let parameters: QueryParameters

    package init(realm: Realm, region: Region, requestID: String, now: Date, parameters: QueryParameters) {
        self.realm = realm
        self.region = region
        self.requestID = requestID
        self.now = now
        self.parameters = parameters
    }

    func arn(_ type: ARN.ResourceType, _ name: String) -> String {
        ARN(region: region, account: realm.account, type: type, name: name).description
    }
}
