package import CacheModel
package import Logging

extension World {
    /// Tells of subnets that nodes are in and that are not among the networks: the file was changed. Those nodes go on.
    package func warnOfMissingSubnets(in layout: NetworkLayout, _ logger: Logger) {
        for user in read({ $0.groups.values.map { SubnetUse.User($0.value) } + $0.memcachedClusters.byKey.values.map { .init($0.value) } })
        {
            let missing = Set(user.nodes.compactMap(\.subnet)).filter { layout.subnet($0, in: user.realm) == nil }
            guard !missing.isEmpty else { continue }
            logger.warning(
                "a group has nodes in subnets that are not among the networks; they go on, and no more can be added there",
                metadata: ["group": "\(user.id)", "region": "\(user.realm.region)", "subnets": "\(missing.sorted())"])
        }
    }
}
