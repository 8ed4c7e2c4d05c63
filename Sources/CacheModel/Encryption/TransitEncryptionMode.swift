/// Whether clients of an encrypted group must encrypt.
package enum TransitEncryptionMode: String, Codable, Sendable, CaseIterable {
    /// The engine answers nobody in clear text.
    case required
}
