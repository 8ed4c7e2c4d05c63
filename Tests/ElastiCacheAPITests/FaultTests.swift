import AWSProtocol
import ElastiCacheAPI
import Testing

@Suite struct FaultTests {
    /// Codes on the wire and their HTTP status, copied by hand from the service's documentation so that a change of the
    /// model shows.
    private static let table: [String: Int] = [
        "APICallRateForCustomerExceeded": 400,
        "AuthorizationAlreadyExists": 400,
        "AuthorizationNotFound": 404,
        "CacheClusterAlreadyExists": 400,
        "CacheClusterNotFound": 404,
        "CacheParameterGroupAlreadyExists": 400,
        "CacheParameterGroupNotFound": 404,
        "CacheParameterGroupQuotaExceeded": 400,
        "CacheSecurityGroupAlreadyExists": 400,
        "CacheSecurityGroupNotFound": 404,
        "CacheSubnetGroupAlreadyExists": 400,
        "CacheSubnetGroupInUse": 400,
        "CacheSubnetGroupNotFoundFault": 400,
        "CacheSubnetGroupQuotaExceeded": 400,
        "CacheSubnetQuotaExceededFault": 400,
        "ClusterQuotaForCustomerExceeded": 400,
        "DefaultUserAssociatedToUserGroup": 400,
        "DefaultUserRequired": 400,
        "DuplicateUserName": 400,
        "GlobalReplicationGroupAlreadyExistsFault": 400,
        "GlobalReplicationGroupNotFoundFault": 404,
        "InsufficientCacheClusterCapacity": 400,
        "InvalidARN": 400,
        "InvalidCacheClusterState": 400,
        "InvalidCacheParameterGroupState": 400,
        "InvalidCacheSecurityGroupState": 400,
        "InvalidCredentialsException": 408,
        "InvalidGlobalReplicationGroupState": 400,
        "InvalidKMSKeyFault": 400,
        "InvalidParameterCombination": 400,
        "InvalidParameterValue": 400,
        "InvalidReplicationGroupState": 400,
        "InvalidServerlessCacheSnapshotStateFault": 400,
        "InvalidServerlessCacheStateFault": 400,
        "InvalidSnapshotState": 400,
        "InvalidSubnet": 400,
        "InvalidUserGroupState": 400,
        "InvalidUserState": 400,
        "InvalidVPCNetworkStateFault": 400,
        "NoOperationFault": 400,
        "NodeGroupNotFoundFault": 404,
        "NodeGroupsPerReplicationGroupQuotaExceeded": 400,
        "NodeQuotaForClusterExceeded": 400,
        "NodeQuotaForCustomerExceeded": 400,
        "QuotaExceeded.CacheSecurityGroup": 400,
        "ReplicationGroupAlreadyExists": 400,
        "ReplicationGroupAlreadyUnderMigrationFault": 400,
        "ReplicationGroupNotFoundFault": 404,
        "ReplicationGroupNotUnderMigrationFault": 400,
        "ReservedCacheNodeAlreadyExists": 404,
        "ReservedCacheNodeNotFound": 404,
        "ReservedCacheNodeQuotaExceeded": 400,
        "ReservedCacheNodesOfferingNotFound": 404,
        "ServerlessCacheAlreadyExistsFault": 400,
        "ServerlessCacheNotFoundFault": 404,
        "ServerlessCacheQuotaForCustomerExceededFault": 400,
        "ServerlessCacheSnapshotAlreadyExistsFault": 400,
        "ServerlessCacheSnapshotNotFoundFault": 404,
        "ServerlessCacheSnapshotQuotaExceededFault": 400,
        "ServiceLinkedRoleNotFoundFault": 400,
        "ServiceUpdateNotFoundFault": 404,
        "SnapshotAlreadyExistsFault": 400,
        "SnapshotFeatureNotSupportedFault": 400,
        "SnapshotNotFoundFault": 404,
        "SnapshotQuotaExceededFault": 400,
        "SubnetInUse": 400,
        "SubnetNotAllowedFault": 400,
        "TagNotFound": 404,
        "TagQuotaPerResourceExceeded": 400,
        "TestFailoverNotAvailableFault": 400,
        "UserAlreadyExists": 400,
        "UserGroupAlreadyExists": 400,
        "UserGroupNotFound": 404,
        "UserGroupQuotaExceeded": 400,
        "UserNotFound": 404,
        "UserQuotaExceeded": 400,
    ]

    @Test func everyFaultHasItsCodeAndStatus() {
        let generated = Dictionary(uniqueKeysWithValues: API.faults.map { ($0.code, $0.httpStatus) })
        #expect(generated == Self.table)
        #expect(API.faults.allSatisfy { $0.origin == .sender })
    }

    /// Half of the codes keep the suffix of their shape, half lose it, and some surprise.
    @Test(arguments: [
        (FaultCode.replicationGroupAlreadyExists, "ReplicationGroupAlreadyExists", 400),
        (.replicationGroupNotFound, "ReplicationGroupNotFoundFault", 404),
        (.cacheSubnetGroupNotFound, "CacheSubnetGroupNotFoundFault", 400),
        (.reservedCacheNodeAlreadyExists, "ReservedCacheNodeAlreadyExists", 404),
        (.invalidCredentials, "InvalidCredentialsException", 408),
        (.cacheSecurityGroupQuotaExceeded, "QuotaExceeded.CacheSecurityGroup", 400),
        (.invalidParameterValue, "InvalidParameterValue", 400),
        (.invalidParameterCombination, "InvalidParameterCombination", 400),
        (.invalidARN, "InvalidARN", 400),
        (.apiCallRateForCustomerExceeded, "APICallRateForCustomerExceeded", 400),
    ])
    func namesInSwift(fault: FaultCode, code: String, status: Int) {
        #expect(fault.code == code)
        #expect(fault.httpStatus == status)
    }

    @Test func noCommonFaultTakesTheCodeOfOneOfTheService() {
        let common: [FaultCode] = [
            .accessDenied, .internalFailure, .invalidAction, .malformedQueryString, .missingAction, .notImplemented,
            .requestEntityTooLarge, .throttling,
        ]
        #expect(Set(common.map(\.code)).isDisjoint(with: API.faults.map(\.code)))
    }

    @Test(arguments: [
        (QueryDecodingError.Reason.missing, "The parameter P must be provided and must not be null."),
        (.missingList, "The parameter P must be provided."),
        (.malformedInteger, "The parameter P must be a decimal integer of at most 32 bits."),
        (.unknownValue(allowed: ["ipv4", "ipv6"]), "The parameter P must be one of: ipv4, ipv6."),
    ])
    func aParameterThatCannotBeReadIsAnInvalidValue(reason: QueryDecodingError.Reason, message: String) {
        #expect(ServiceFault(QueryDecodingError("P", reason)) == ServiceFault(.invalidParameterValue, message))
    }
}
