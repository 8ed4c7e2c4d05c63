/// Whether clients of an encrypted group must encrypt.
package enum TransitEncryptionMode: String, Codable, Sendable, CaseIterable {
    /// They may: who does is told from who does not by the first byte.
    case preferred
    /// The engine answers nobody in clear text.
    case required
}
