/// How a group's data is encrypted on the disk.
package struct AtRestEncryption: Codable, Sendable, Equatable {
    /// All its nodes' files are sealed with it.
    package var dataKey: WrappedKey
    /// `KmsKeyId` as it was given; nil: under the service's own key.
    package var keyID: String?

    package init(dataKey: WrappedKey, keyID: String?) {
        self.dataKey = dataKey
        self.keyID = keyID
    }
}
