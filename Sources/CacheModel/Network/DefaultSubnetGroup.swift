/// What is recorded of the subnet group `default`, which every account has in every region: its tags. All else of it follows from the
/// network, and an account that never tagged it has no record.
package struct DefaultSubnetGroup: NamedResource {
    package static let recordKind = "default-subnet-group"

    package let realm: Realm
    package let name: String
    package var tags: [Tag]

    package init(realm: Realm, tags: [Tag] = []) {
        self.realm = realm
        self.name = "default"
        self.tags = tags
    }
}
