import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// ARNs of the caller's own resources.
enum ARNInput {
    /// Throws the fault that fits: a text that is no ARN, another region's, another account's.
    static func parse(_ name: String, _ context: RequestContext) throws -> ARN {
        let arn: ARN
        do {
            arn = try ARN(parsing: name, in: context.region)
        } catch {
            switch error {
            case .components: throw ServiceFault(.invalidARN, "Input ARN string does not have 7 components.")
            case .partition(let expected): throw ServiceFault(.invalidARN, "partition field is wrong. Expected value is \(expected)")
            case .service: throw ServiceFault(.invalidARN, "service field is wrong. Expected value is elasticache")
            case .resourceType(let type): throw ServiceFault(.invalidARN, "resource type field is wrong: \(type)")
            case .emptyName: throw ServiceFault(.invalidARN, "resource name field is empty.")
            }
        }
        guard arn.region == context.region.name || arn.type == .globalReplicationGroup else {
            throw ServiceFault.value("Unauthorized call. Please check the region or customer id. ResourceName names region \(arn.region).")
        }
        guard arn.account == context.realm.account else {
            throw ServiceFault.value("The resource ARN does not belong to the caller's account. ResourceName names \(arn.account).")
        }
        return arn
    }

    static func notFoundCode(_ type: ARN.ResourceType) -> FaultCode {
        switch type {
        case .replicationGroup: .replicationGroupNotFound
        case .cluster: .cacheClusterNotFound
        case .parameterGroup: .cacheParameterGroupNotFound
        case .subnetGroup: .cacheSubnetGroupNotFound
        case .snapshot: .snapshotNotFound
        case .user: .userNotFound
        case .userGroup: .userGroupNotFound
        case .securityGroup: .cacheSecurityGroupNotFound
        case .reservedInstance: .reservedCacheNodeNotFound
        case .serverlessCache: .serverlessCacheNotFound
        case .serverlessCacheSnapshot: .serverlessCacheSnapshotNotFound
        case .globalReplicationGroup: .globalReplicationGroupNotFound
        }
    }
}
