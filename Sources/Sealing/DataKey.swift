import Crypto
package import Foundation

/// A key of 256 bits that files are sealed with. It is never written down but wrapped.
package struct DataKey: Sendable, Equatable {
    package static let size = 32

    let secret: SymmetricKey

    /// Nil unless there are 32 bytes.
    package init?(_ bytes: some ContiguousBytes) {
        let secret = SymmetricKey(data: bytes)
        guard secret.bitCount == Self.size * 8 else { return nil }
        self.secret = secret
    }

    private init() {
        secret = SymmetricKey(size: .bits256)
    }

    package static func random() -> DataKey { DataKey() }

    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try secret.withUnsafeBytes(body)
    }
}

extension DataKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "a data key" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
