import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// What requests about subnet groups say, checked.
enum SubnetGroupInput {
    /// In an account and region, beside the default one.
    static let groupQuota = 300
    static let subnetQuota = 20

    /// In lower case.
    static func name(_ text: String) throws -> String {
        do {
            return try Identifier.normalized(text, limit: Identifier.Limit.subnetGroup)
        } catch {
            switch error {
            case .empty:
                throw ServiceFault.missing("CacheSubnetGroupName")
            case .tooLong(let limit):
                throw ServiceFault.value(
                    "The parameter CacheSubnetGroupName is not a valid identifier because it is longer than \(limit) characters.")
            case .malformed:
                throw ServiceFault.value(
                    "The parameter CacheSubnetGroupName is not a valid identifier. Identifiers must begin with a letter; must contain only "
                        + "ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.")
            }
        }
    }

    /// A blank description comes back as a single space, as the real service has it.
    static func description(_ text: String) -> String { text.allSatisfy(\.isWhitespace) ? " " : text }

    /// The subnets of these ids, each once, and the VPC that has them all.
    static func subnets(_ ids: [String], _ layout: NetworkLayout, in realm: Realm) throws -> (vpc: VPC, ids: [String]) {
        var seen = Set<String>()
        let each = ids.filter { seen.insert($0).inserted }
        let found = each.compactMap { layout.subnet($0, in: realm) }
        guard let first = found.first, found.count == each.count else {
            let unknown = each.filter { layout.subnet($0, in: realm) == nil }
            throw ServiceFault.value(
                "Some input subnets in :[\(each.joined(separator: ", "))] are invalid. The parameter SubnetIds names no subnet of "
                    + "\(realm.region) with \(unknown.joined(separator: ", ")).")
        }
        if let other = found.first(where: { $0.vpc.id != first.vpc.id }) {
            throw ServiceFault(
                .invalidSubnet, "Subnets \(first.subnet.id) and \(other.subnet.id) are not in the same VPC. (SubnetIds)")
        }
        if let other = found.first(where: { ($0.subnet.outpost == nil) != (first.subnet.outpost == nil) }) {
            throw ServiceFault(
                .subnetNotAllowed,
                "Subnets \(first.subnet.id) and \(other.subnet.id) can not be in one cache subnet group: one is on an Outpost, and one is not. "
                    + "(SubnetIds)")
        }
        guard each.count <= subnetQuota else {
            throw ServiceFault(
                .cacheSubnetQuotaExceeded,
                "The parameter SubnetIds has \(each.count) subnets. A cache subnet group may have at most \(subnetQuota).")
        }
        return (first.vpc, each)
    }

    static func notFound(_ name: String) -> ServiceFault {
        ServiceFault(.cacheSubnetGroupNotFound, "Cache Subnet Group \(name) does not exist")
    }

    /// The group that every account has is nobody's to change.
    static func refuseDefault(_ name: String, _ verb: String) throws {
        if name == SubnetGroup.defaultName {
            throw ServiceFault.value("The cache subnet group default can not be \(verb). (CacheSubnetGroupName)")
        }
    }
}
