import AWSProtocol
import CacheModel

/// Outposts that a request names.
struct OutpostInput {
    let layout: NetworkLayout
    let subnets: SubnetChoice

    /// The place of a node that is to be on an Outpost; `zone` is what the request says of it beside that. `parameter` names the Outpost.
    func place(on arn: String, zone: String?, _ parameter: String) throws -> NodePlace {
        guard let outpost = layout.outpost(arn) else {
            throw ServiceFault.value("The parameter \(parameter) names no Outpost: \(arn).")
        }
        guard zone == nil || zone == outpost.zone else {
            throw ServiceFault.combination(
                "The parameter \(parameter) names an Outpost in \(outpost.zone), and the node was asked for in \(zone ?? "").")
        }
        let place = NodePlace(zone: outpost.zone, outpost: arn)
        guard !subnets.subnets(at: place).isEmpty else {
            throw ServiceFault.combination(
                "The parameter \(parameter) names an Outpost on which cache subnet group \(subnets.group) has no subnet: \(arn). "
                    + "(CacheSubnetGroupName)")
        }
        return place
    }
}
