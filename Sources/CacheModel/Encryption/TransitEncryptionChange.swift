/// The last change of how clients come in: from clear text to `preferred`, from there to `required`, or back.
package struct TransitEncryptionChange: Codable, Sendable, Equatable {
    /// What it was before. Nil: nothing was encrypted.
    package var former: TransitEncryptionMode?
    /// Whether not all nodes have it yet, so that the API tells the former one.
    package var isUnderWay: Bool
    /// Whether connections that stand with nodes at the group's own port since before `preferred` are encrypted. Nil: there are none.
    package var standingIsEncrypted: Bool?

    package init(former: TransitEncryptionMode?, isUnderWay: Bool = true, standingIsEncrypted: Bool? = nil) {
        self.former = former
        self.isUnderWay = isUnderWay
        self.standingIsEncrypted = standingIsEncrypted
    }
}

extension ReplicationGroup {
    /// Begins to change how clients come in. Nil: in clear text only.
    package mutating func changeTransitEncryption(to mode: TransitEncryptionMode?) {
        let standing = mode == .preferred ? transitEncryption == .required : transitChange?.standingIsEncrypted
        transitChange = TransitEncryptionChange(former: transitEncryption, standingIsEncrypted: standing)
        transitEncryption = mode
    }

    /// How clients come in as the API tells it: the former way until every node has the new one.
    package var toldTransitEncryption: TransitEncryptionMode? {
        guard let transitChange, transitChange.isUnderWay else { return transitEncryption }
        return transitChange.former
    }

    /// Whether the way in differs from node to node, or may: a forwarder stands before nodes, or stood there once.
    package var hasHadDoors: Bool { transitEncryption == .preferred || transitChange != nil }
}
