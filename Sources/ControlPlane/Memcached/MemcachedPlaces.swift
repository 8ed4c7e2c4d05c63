import AWSProtocol
import CacheModel

extension NodePlaces {
    /// Where a Memcached cluster's nodes and its configuration endpoint are: in the default subnet group, with IPv4.
    static func memcached(
        in realm: Realm, _ region: Region, _ layout: NetworkLayout, _ picker: AddressPicker, _ draft: inout Draft
    ) throws -> NodePlaces {
        let subnets = try SubnetChoice(nil, in: draft.state, layout, realm).supporting(.ipv4)
        return try NodePlaces(in: subnets, [.ipv4], layout, region, picker: picker, &draft)
    }
}
