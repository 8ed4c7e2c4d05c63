import AWSProtocol
import CacheModel

extension Draft {
    /// A replication group that is to be changed. Throws `ReplicationGroupNotFoundFault`.
    mutating func replicationGroup(_ id: String, in realm: Realm) throws -> ReplicationGroup {
        guard let group = group(GroupKey(kind: .replicationGroup, realm: realm, id: id)) else { throw ServiceFault.noReplicationGroup(id) }
        return group
    }
}
