import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `NodeGroupConfiguration.NodeGroupId`: chosen by the caller or the lowest free numbers.
enum ShardNames {
    static func check(_ input: API.CreateReplicationGroupMessage, shards: Int, clusterEnabled: Bool) throws -> [String] {
        var taken = Set<String>()
        let chosen: [String?] = try (0..<shards).map { index in
            guard let text = input.nodeGroupConfiguration?[index].nodeGroupId else { return nil }
            let path = "NodeGroupConfiguration.NodeGroupConfiguration.\(index + 1).NodeGroupId"
            guard let id = NodeGroupID.canonical(text), id != NodeGroupID.numbered(0) else {
                throw ServiceFault.value(
                    "The following node group ids are invalid: [\(text)]. The parameter \(path) must have one to four digits.")
            }
            guard clusterEnabled || id == NodeGroupID.numbered(1) else {
                throw ServiceFault.value(
                    "The following node group ids are invalid: [\(text)]. The parameter \(path) can only be 0001 with cluster mode disabled."
                )
            }
            guard taken.insert(id).inserted else {
                throw ServiceFault.value("The following node group ids are invalid: [\(text)]. The parameter \(path) repeats an id.")
            }
            return id
        }
        var free = NodeGroupID.free(shards - taken.count, notIn: taken).makeIterator()
        return chosen.compactMap { $0 ?? free.next() }
    }
}
