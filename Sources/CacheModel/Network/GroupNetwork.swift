/// In which network a group's nodes are, as it was chosen at its creation. Where each of them is, its member says.
package struct GroupNetwork: Codable, Sendable, Equatable {
    package var subnetGroup: String
    package var vpc: String

    package init(subnetGroup: String, vpc: String) {
        self.subnetGroup = subnetGroup
        self.vpc = vpc
    }
}
