import AWSProtocol
import ElastiCacheAPI

// Cache security groups belong to networks from before there were VPCs. Every account here has a VPC, and the real service refuses such an
// account all five operations, the one that only describes too: tools know its words and take them for "there are none".

extension ServiceFault {
    static var noCacheSecurityGroups: ServiceFault {
        .value("Use of cache security groups is not permitted in this API version for your account.")
    }
}

struct CacheSecurityGroupRefusal<Call: APIOperation>: Handler {
    init(_ environment: HandlerEnvironment) {}

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output { throw ServiceFault.noCacheSecurityGroups }
}

typealias CreateCacheSecurityGroup = CacheSecurityGroupRefusal<API.Operations.CreateCacheSecurityGroup>
typealias DescribeCacheSecurityGroups = CacheSecurityGroupRefusal<API.Operations.DescribeCacheSecurityGroups>
typealias DeleteCacheSecurityGroup = CacheSecurityGroupRefusal<API.Operations.DeleteCacheSecurityGroup>
typealias AuthorizeCacheSecurityGroupIngress = CacheSecurityGroupRefusal<API.Operations.AuthorizeCacheSecurityGroupIngress>
typealias RevokeCacheSecurityGroupIngress = CacheSecurityGroupRefusal<API.Operations.RevokeCacheSecurityGroupIngress>
