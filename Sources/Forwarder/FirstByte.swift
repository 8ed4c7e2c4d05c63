import NIOCore

/// Whether a connection is encrypted, told by the first byte that its client sends.
package enum FirstByte {
    /// TLS: the content type of the record that a handshake is in. In the engines' protocol a command begins with `*` or a letter.
    ///
    /// Source: RFC 8446, 5.1
    static let handshake: UInt8 = 0x16

    /// How long a client may say nothing. One that encrypts speaks at once, so that whoever is silent for so long does not, and is
    /// the engine's to wait for.
    package static let patience: Duration = .seconds(10)

    /// Nil for no bytes.
    static func isEncrypted(_ bytes: ByteBuffer) -> Bool? {
        bytes.readableBytesView.first.map { $0 == handshake }
    }
}
