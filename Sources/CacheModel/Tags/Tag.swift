/// A label that a user gives a resource. Keys tell upper and lower case apart.
package struct Tag: Codable, Sendable, Hashable {
    package let key: String
    package let value: String

    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}
