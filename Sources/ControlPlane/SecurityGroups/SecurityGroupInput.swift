import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// `SecurityGroupIds`
struct SecurityGroupInput {
    let layout: NetworkLayout
    let realm: Realm

    /// The ids of the request, each once; nil where it names none. Throws `InvalidParameterValue` for one that there is not, and
    /// `InvalidParameterCombination` for one of another VPC than the subnet group's.
    func ids(_ given: [String]?, subnetGroup: String, vpc: String) throws -> [String]? {
        guard let given, !given.isEmpty else { return nil }
        var ids: [String] = []
        for id in given {
            guard let group = layout.securityGroup(id, in: realm) else {
                throw ServiceFault.value("The parameter SecurityGroupIds names \(id), which is no security group of this region.")
            }
            guard group.vpc == vpc else {
                throw ServiceFault.combination(
                    "Subnet group [\(subnetGroup)] belongs to a different VPC [\(vpc)] than [\(group.vpc)] (SecurityGroupIds)")
            }
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    /// What a new group is in: its VPC's default security group where the request names none.
    func place(_ group: inout some Guarded, in given: [String]?, subnetGroup: String, vpc: VPC) throws {
        group.securityGroups =
            try ids(given, subnetGroup: subnetGroup, vpc: vpc.id) ?? vpc.defaultSecurityGroup.map { [$0.id] } ?? []
        // Nobody is told where it is before it is guarded.
        group.securityChange = FirewallRules(layout).isOpen(group) ? nil : true
    }

    /// Replaces what a group is in, if the request says so.
    func change(_ group: inout some Guarded, to given: [String]?, at date: Date) throws {
        let vpc = group.network?.vpc ?? layout.defaultVPC(in: realm)?.id ?? ""
        guard let ids = try ids(given, subnetGroup: group.subnetGroup, vpc: vpc) else { return }
        let present = group.securityGroups ?? layout.vpc(vpc, in: realm)?.defaultSecurityGroup.map { [$0.id] } ?? []
        guard Set(ids) != Set(present) else { return }
        group.securityGroups = ids
        group.securityChange = true
        group.beginChange(at: date)
    }
}
