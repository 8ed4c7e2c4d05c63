/// A rack in somebody's own rooms, as the API calls it: here a label of a host, and of the subnets that are on it.
package struct Outpost: Sendable, Equatable {
    /// `arn:aws:outposts:us-east-1:000000000000:outpost/op-...`
    package let arn: String
    package let zone: String

    package init(arn: String, zone: String) {
        self.arn = arn
        self.zone = zone
    }
}
