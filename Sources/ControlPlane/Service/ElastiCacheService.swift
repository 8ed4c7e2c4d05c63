package import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation
package import Logging

/// The ElastiCache API: finds an action's handler and puts its answer or its fault into the protocol's documents.
package struct ElastiCacheService: Sendable {
    package struct Answer: Sendable {
        package let status: Int
        /// The fault's; nil for a success.
        package let code: String?
        package let body: [UInt8]
        package let requestID: String
    }

    private typealias Call = @Sendable (QueryParameters, RequestContext) async throws -> [UInt8]

    private let calls: [String: Call]
    private let settings: ServiceSettings
    private let tools: ReconcilingTools
    private let logger: Logger

    /// Everything that is served. What is not listed here answers `NotImplemented`.
    private static let handlers: [any Handler.Type] = [
        AddTagsToResource.self, AuthorizeCacheSecurityGroupIngress.self, BatchApplyUpdateAction.self, BatchStopUpdateAction.self,
        CreateCacheCluster.self, CreateCacheParameterGroup.self, CreateCacheSecurityGroup.self, CreateCacheSubnetGroup.self,
        CreateReplicationGroup.self, CreateUser.self, CreateUserGroup.self, DecreaseReplicaCount.self, DeleteCacheCluster.self,
        DeleteCacheParameterGroup.self,
        DeleteCacheSecurityGroup.self, DeleteCacheSubnetGroup.self, DeleteReplicationGroup.self, DeleteUser.self, DeleteUserGroup.self,
        DescribeCacheClusters.self,
        DescribeCacheEngineVersions.self, DescribeCacheParameterGroups.self, DescribeCacheParameters.self,
        DescribeCacheSecurityGroups.self, DescribeCacheSubnetGroups.self, DescribeEngineDefaultParameters.self, DescribeEvents.self,
        DescribeReplicationGroups.self, DescribeReservedCacheNodes.self, DescribeReservedCacheNodesOfferings.self,
        DescribeServiceUpdates.self, DescribeUpdateActions.self, DescribeUserGroups.self, DescribeUsers.self, IncreaseReplicaCount.self,
        ListAllowedNodeTypeModifications.self,
        ListTagsForResource.self, ModifyCacheCluster.self, ModifyCacheParameterGroup.self, ModifyCacheSubnetGroup.self,
        ModifyReplicationGroup.self, ModifyUser.self, ModifyUserGroup.self, PurchaseReservedCacheNodesOffering.self,
        RebootCacheCluster.self, RemoveTagsFromResource.self,
        ResetCacheParameterGroup.self, RevokeCacheSecurityGroupIngress.self, TestFailover.self,
    ]

    /// The names of the operations that have a handler.
    static var servedOperations: [String] { handlers.map { name(of: $0) } }

    package init(world: World, engines: InstalledEngines, tools: ReconcilingTools, settings: ServiceSettings, logger: Logger) {
        self.settings = settings
        self.tools = tools
        self.logger = logger
        let environment = HandlerEnvironment(world: world, engines: engines, tools: tools, settings: settings)
        var calls: [String: Call] = [:]
        for type in Self.handlers { Self.register(type.init(environment), in: &calls) }
        self.calls = calls
    }

    private static func name<H: Handler>(of type: H.Type) -> String { H.Call.name }

    private static func register<H: Handler>(_ handler: H, in calls: inout [String: Call]) {
        calls[H.Call.name] = { parameters, context in
            let input = try decode(H.Call.Input.self, from: parameters)
            let output = try await handler.handle(input, context)
            return API.envelope.success(H.Call.self, output, requestID: context.requestID)
        }
    }

    private static func decode<Input: QueryDecodable>(_ type: Input.Type, from parameters: QueryParameters) throws -> Input {
        do {
            return try Input(from: QueryDecoder(parameters))
        } catch {
            throw ServiceFault(error)
        }
    }

    /// Answers a decoded form. Never throws: whatever happens is an answer.
    package func answer(_ parameters: QueryParameters, from caller: Caller) async -> Answer {
        let requestID = UUID().uuidString.lowercased()
        do {
            let context = try context(caller, requestID, parameters)
            let call = try call(parameters)
            try Authorisation.check(caller.principal, parameters["Action"] ?? "", context)
            return Answer(status: 200, code: nil, body: try await call(parameters, context), requestID: requestID)
        } catch let fault as ServiceFault {
            return failure(fault, requestID)
        } catch is CancellationError {
            return failure(ServiceFault(.serviceUnavailable, "The service is going away."), requestID)
        } catch {
            logger.error("a request could not be answered", metadata: ["request": "\(requestID)", "error": "\(error)"])
            return failure(ServiceFault(.internalFailure, "The request could not be answered: see the service's log."), requestID)
        }
    }

    package func failure(_ fault: ServiceFault, _ requestID: String = UUID().uuidString.lowercased()) -> Answer {
        Answer(
            status: fault.code.httpStatus, code: fault.code.code, body: API.envelope.failure(fault, requestID: requestID),
            requestID: requestID)
    }

    private func call(_ parameters: QueryParameters) throws -> Call {
        guard let action = parameters["Action"], !action.isEmpty else {
            throw ServiceFault(.missingAction, "The request must contain the parameter Action.")
        }
        if let version = parameters["Version"], !version.isEmpty, version != API.version {
            throw ServiceFault(.invalidAction, "Could not find operation \(action) for version \(version).")
        }
        if let call = calls[action] { return call }
        guard API.operationNames.contains(action) else {
            throw ServiceFault(.invalidAction, "Could not find operation \(action) for version \(API.version).")
        }
        throw ServiceFault(.notImplemented, "The operation \(action) is not supported yet.")
    }

    /// The world that a caller's requests are about, named by the credential: its region, and its account.
    package func world(of caller: Caller) -> (account: String, region: String) {
        (caller.account ?? settings.home.account, caller.scope?.region ?? settings.home.region)
    }

    private func context(_ caller: Caller, _ requestID: String, _ parameters: QueryParameters) throws -> RequestContext {
        let (account, name) = world(of: caller)
        guard let region = Region(name) else {
            throw ServiceFault(.invalidParameterValue, "The credential scope names the region \(name), which is not a region's name.")
        }
        return RequestContext(
            realm: Realm(region: name, account: account), region: region, requestID: requestID, now: tools.now(), parameters: parameters,
            quotas: settings.quotas, nodeTypes: tools.nodeTypes, memory: settings.memory)
    }
}
