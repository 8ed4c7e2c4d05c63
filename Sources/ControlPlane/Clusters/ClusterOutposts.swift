import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `OutpostMode`, `PreferredOutpostArn` and `PreferredOutpostArns` of a new cluster.
enum ClusterOutposts {
    /// An Outpost, and the parameter that names it.
    typealias Named = (arn: String, parameter: String)

    /// The place of each node; nil where the request names no Outpost. `zones` are those that it names beside, one a node.
    static func places(
        _ input: API.CreateCacheClusterMessage, count: Int, zones: [String]?, _ outposts: OutpostInput
    ) throws -> [NodePlace]? {
        try named(input, count: count)?.enumerated().map { index, named in
            try outposts.place(on: named.arn, zone: zones?[index], named.parameter)
        }
    }

    /// One a node; nil where the request names none.
    static func named(_ input: API.CreateCacheClusterMessage, count: Int) throws -> [Named]? {
        guard let arns = try arns(input, count: count) else {
            guard let mode = input.outpostMode else { return nil }
            throw ServiceFault.combination(
                "The parameter OutpostMode \(mode.rawValue) needs PreferredOutpostArn or PreferredOutpostArns.")
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
        return arns
    }

    private static func arns(_ input: API.CreateCacheClusterMessage, count: Int) throws -> [Named]? {
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
