import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `OutpostMode`, `PreferredOutpostArn` and `PreferredOutpostArns` of a new Memcached cluster.
enum MemcachedOutposts {
    /// The place of each node; nil where the request names no Outpost. `zones` are those that it names beside, one a node.
    static func places(
        _ input: API.CreateCacheClusterMessage, count: Int, zones: [String]?, _ outposts: OutpostInput
    ) throws -> [NodePlace]? {
        guard let arns = try arns(input, count: count) else {
            guard let mode = input.outpostMode else { return nil }
            throw ServiceFault.combination(
                "The parameter OutpostMode \(mode.rawValue) needs PreferredOutpostArn or PreferredOutpostArns.")
        }
        let places = try arns.enumerated().map { index, named in
            try outposts.place(on: named.arn, zone: zones?[index], named.parameter)
        }
        let isSpread = Set(arns.map(\.arn)).count > 1
        if input.outpostMode == .singleOutpost, isSpread {
            throw ServiceFault.combination(
                "The parameter OutpostMode single-outpost needs all of PreferredOutpostArns to be one Outpost.")
        }
        if input.outpostMode == .crossOutpost, !isSpread {
            throw ServiceFault.combination(
                "The parameter OutpostMode cross-outpost needs PreferredOutpostArns to be at least two Outposts.")
        }
        return places
    }

    /// One a node, each with the parameter that names it.
    private static func arns(_ input: API.CreateCacheClusterMessage, count: Int) throws -> [(arn: String, parameter: String)]? {
        let several = input.preferredOutpostArns ?? []
        if let one = input.preferredOutpostArn {
            guard several.isEmpty else {
                throw ServiceFault.combination("The parameters PreferredOutpostArn and PreferredOutpostArns can not be used together.")
            }
            return Array(repeating: (one, "PreferredOutpostArn"), count: count)
        }
        guard !several.isEmpty else { return nil }
        guard several.count == count else {
            throw ServiceFault.value(
                "The parameter PreferredOutpostArns has \(several.count) Outposts for \(count) nodes. They must agree. (NumCacheNodes)")
        }
        return several.enumerated().map { ($1, "PreferredOutpostArns.PreferredOutpostArn.\($0 + 1)") }
    }
}
