/// A parameter group that an account has made. Those that every account has are `DefaultParameterGroup`.
package struct ParameterGroup: NamedResource {
    package static let recordKind = "parameter-group"

    package let realm: Realm
    package let name: String
    /// The name of its `ParameterFamily`: `redis7`.
    package let family: String
    package var description: String
    /// What differs from the family's defaults: name to value.
    package var changes: [String: String]
    package var tags: [Tag]

    package init(realm: Realm, name: String, family: String, description: String, changes: [String: String] = [:], tags: [Tag] = []) {
        self.realm = realm
        self.name = name
        self.family = family
        self.description = description
        self.changes = changes
        self.tags = tags
    }
}
