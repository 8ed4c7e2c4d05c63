package import CacheModel
package import Logging

extension World {
    /// Tells of subnets that nodes are in and that are not among the networks: the file was changed. Those nodes go on.
    package func warnOfMissingSubnets(in layout: NetworkLayout, _ logger: Logger) {
        for group in read({ $0.groups.values.map(\.value) }) {
            let missing = Set(group.members.compactMap(\.subnet)).filter { layout.subnet($0, in: group.realm) == nil }
            guard !missing.isEmpty else { continue }
            logger.warning(
                "a group has nodes in subnets that are not among the networks; they go on, and no more can be added there",
                metadata: ["group": "\(group.id)", "region": "\(group.realm.region)", "subnets": "\(missing.sorted())"])
        }
    }
}
