import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `CacheClusterId` of a new cluster.
enum ClusterIdentifier {
    /// The id in lower case.
    static func check(_ text: String) throws -> String {
        do {
            return try Identifier.normalized(text, limit: Identifier.Limit.cacheCluster)
        } catch {
            switch error {
            case .empty:
                throw ServiceFault.missing("CacheClusterId")
            case .tooLong(let limit):
                throw ServiceFault.value(
                    "The parameter CacheClusterId is not a valid identifier because it is longer than \(limit) characters.")
            case .malformed:
                throw ServiceFault.value(
                    "The parameter CacheClusterId is not a valid identifier. Identifiers must begin with a letter; must contain only "
                        + "ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.")
            }
        }
    }

    /// Members of replication groups have their ids from the same names.
    static func refuseTaken(_ id: String, in state: borrowing WorldState, _ realm: Realm) throws {
        guard state.clusterIDs[realm]?[id] != nil else { return }
        throw ServiceFault(.cacheClusterAlreadyExists, "Cache cluster with specified name already exists. CacheClusterId is \(id).")
    }
}
