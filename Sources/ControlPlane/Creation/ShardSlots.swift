import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `NodeGroupConfiguration.Slots`: every slot in exactly one shard, or an even split where none is given.
enum ShardSlots {
    /// In the order of the request; nil where none is given.
    static func check(_ input: API.CreateReplicationGroupMessage, shards: Int, clusterEnabled: Bool) throws -> [[SlotRange]]? {
        let texts = (input.nodeGroupConfiguration ?? []).map(\.slots)
        let given = texts.compactMap(\.self)
        guard clusterEnabled else {
            guard given.isEmpty else {
                throw ServiceFault.combination("The parameter NodeGroupConfiguration.Slots can only be used with cluster mode enabled.")
            }
            return nil
        }
        guard !given.isEmpty else { return nil }
        guard given.count == shards else {
            throw ServiceFault.value(
                "The parameter NodeGroupConfiguration.Slots must be given for all node groups or for none. "
                    + "It was given for \(given.count) of \(shards)."
            )
        }
        let ranges = try given.enumerated().map { try parse($1, "NodeGroupConfiguration.NodeGroupConfiguration.\($0 + 1).Slots") }
        do {
            try Slots.requireEachOnce(ranges.flatMap(\.self))
        } catch {
            switch error {
            case .overlap(let range):
                throw ServiceFault.value("The parameter NodeGroupConfiguration.Slots names the slots \(range) more than once.")
            case .gap(let range):
                throw ServiceFault.value(
                    "The parameter NodeGroupConfiguration.Slots leaves out the slots \(range): all of 0-16383 must be covered.")
            }
        }
        return ranges.map(Slots.normalized)
    }

    private static func parse(_ text: String, _ path: String) throws -> [SlotRange] {
        do {
            return try Slots.parse(text)
        } catch {
            switch error {
            case .malformed(let part): throw ServiceFault.value("The parameter \(path) is malformed at '\(part)': it must be like 0-8191.")
            case .outOfRange(let part): throw ServiceFault.value("The parameter \(path) exceeds 16383 at '\(part)'.")
            case .reversed(let part): throw ServiceFault.value("The parameter \(path) ends before it begins at '\(part)'.")
            }
        }
    }
}
