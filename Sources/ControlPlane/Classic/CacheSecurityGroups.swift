import AWSProtocol
import ElastiCacheAPI

// Cache security groups belong to networks from before there were VPCs. Every account here has a VPC, and the real service refuses such an
// account all five operations, the one that only describes too: tools know its words and take them for "there are none".

extension ServiceFault {
    static var noCacheSecurityGroups: ServiceFault {
        .value("Use of cache security groups is not permitted in this API version for your account.")
    }
}

struct CreateCacheSecurityGroup: Handler {
    typealias Call = API.Operations.CreateCacheSecurityGroup

    init(_ environment: HandlerEnvironment) {}

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output { throw ServiceFault.noCacheSecurityGroups }
}

struct DescribeCacheSecurityGroups: Handler {
    typealias Call = API.Operations.DescribeCacheSecurityGroups

    init(_ environment: HandlerEnvironment) {}

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output { throw ServiceFault.noCacheSecurityGroups }
}

struct DeleteCacheSecurityGroup: Handler {
    typealias Call = API.Operations.DeleteCacheSecurityGroup

    init(_ environment: HandlerEnvironment) {}

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output { throw ServiceFault.noCacheSecurityGroups }
}

struct AuthorizeCacheSecurityGroupIngress: Handler {
    typealias Call = API.Operations.AuthorizeCacheSecurityGroupIngress

    init(_ environment: HandlerEnvironment) {}

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output { throw ServiceFault.noCacheSecurityGroups }
}

struct RevokeCacheSecurityGroupIngress: Handler {
    typealias Call = API.Operations.RevokeCacheSecurityGroupIngress

    init(_ environment: HandlerEnvironment) {}

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output { throw ServiceFault.noCacheSecurityGroups }
}
