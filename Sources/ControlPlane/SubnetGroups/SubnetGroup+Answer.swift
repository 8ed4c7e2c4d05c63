import CacheModel
import ElastiCacheAPI

extension SubnetGroup {
    /// A subnet that is not among the networks any more is shown by its id alone.
    func answer(_ context: RequestContext, _ layout: NetworkLayout) -> API.CacheSubnetGroup {
        let known = subnets.map { (id: $0, subnet: layout.subnet($0, in: realm)?.subnet) }
        let types = NetworkType.allCases.filter { type in known.contains { $0.subnet?.ranges.supports(type) == true } }
        return API.CacheSubnetGroup(
            cacheSubnetGroupName: name,
            cacheSubnetGroupDescription: description,
            vpcId: vpc,
            subnets: known.map { id, subnet in
                API.Subnet(
                    subnetIdentifier: id,
                    subnetAvailabilityZone: subnet.map { API.AvailabilityZone(name: $0.zone) },
                    subnetOutpost: subnet?.outpost.map { API.SubnetOutpost(subnetOutpostArn: $0) },
                    supportedNetworkTypes: subnet.map { subnet in
                        NetworkType.allCases.filter(subnet.ranges.supports).compactMap(\.shape)
                    })
            },
            arn: context.arn(.subnetGroup, name),
            supportedNetworkTypes: types.compactMap(\.shape))
    }
}

extension NetworkedCache {
    var discoveryShape: API.IpDiscovery? { API.IpDiscovery(rawValue: discovery.rawValue) }

    var networkTypeShape: API.NetworkType? { networkType.shape }
}

extension NetworkType {
    var shape: API.NetworkType? { API.NetworkType(rawValue: rawValue) }
}
