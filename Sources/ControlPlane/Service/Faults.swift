import AWSProtocol
import ElastiCacheAPI

// The faults of the handlers, by what is wrong. Texts are the real service's where it is known to have one.
extension ServiceFault {
    static func value(_ text: String) -> ServiceFault { ServiceFault(.invalidParameterValue, text) }

    static func combination(_ text: String) -> ServiceFault { ServiceFault(.invalidParameterCombination, text) }

    static func missing(_ parameter: String) -> ServiceFault {
        .value("The parameter \(parameter) must be provided and must not be null.")
    }

    static func unsupported(_ parameter: String) -> ServiceFault {
        .value("The parameter \(parameter) is not supported yet: the request was refused rather than served without its effect.")
    }

    static func noReplicationGroup(_ id: String) -> ServiceFault {
        ServiceFault(.replicationGroupNotFound, "ReplicationGroup not found: \(id)")
    }

    static func noCacheCluster(_ id: String) -> ServiceFault {
        ServiceFault(.cacheClusterNotFound, "CacheCluster not found: \(id)")
    }
}
