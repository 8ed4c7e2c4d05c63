/// A subnet group that an account has made: where the nodes of a cache may have their addresses. The one that every account has, `default`,
/// follows from the network.
package struct SubnetGroup: NamedResource {
    package static let recordKind = "subnet-group"
    /// The name of the one that no account makes.
    package static let defaultName = "default"

    package let realm: Realm
    package let name: String
    package var description: String
    package let vpc: String
    /// Their ids, in the order in which they were given.
    package var subnets: [String]
    package var tags: [Tag]

    package init(realm: Realm, name: String, description: String, vpc: String, subnets: [String], tags: [Tag] = []) {
        self.realm = realm
        self.name = name
        self.description = description
        self.vpc = vpc
        self.subnets = subnets
        self.tags = tags
    }
}
