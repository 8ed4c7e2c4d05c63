/// A data key as it may be written down: sealed under a master key, so that only who has that one can use it.
package struct WrappedKey: Codable, Sendable, Hashable {
    /// Who has the master key.
    package enum Keeper: String, Codable, Sendable {
        case keyring
        /// A key management service over the network.
        case kms
    }

    package let keeper: Keeper
    /// The master key, as its keeper names it.
    package let key: String
    /// Which of its versions; the keyring's only.
    package let version: Int?
    /// Base 64.
    package let ciphertext: String
    /// What the data key is for. It counts: under another context the key can't be had.
    package let context: [String: String]

    package init(keeper: Keeper, key: String, version: Int? = nil, ciphertext: String, context: [String: String]) {
        self.keeper = keeper
        self.key = key
        self.version = version
        self.ciphertext = ciphertext
        self.context = context
    }
}
