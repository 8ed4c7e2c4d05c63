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
    /// What the account may have.
    package let quotas: Quotas
    /// What is offered.
    package let nodeTypes: NodeTypeCatalog
    package let memory: MemoryBudget?

    package init(
        realm: Realm, region: Region, requestID: String, now: Date, parameters: QueryParameters, quotas: Quotas = Quotas(),
        nodeTypes: NodeTypeCatalog = .real, memory: MemoryBudget? = nil
    ) {
        self.realm = realm
        self.region = region
        self.requestID = requestID
        self.now = now
        self.parameters = parameters
        self.quotas = quotas
        self.nodeTypes = nodeTypes
        self.memory = memory
    }

    func arn(_ type: ARN.ResourceType, _ name: String) -> String {
        ARN(region: region, account: realm.account, type: type, name: name).description
    }
}
