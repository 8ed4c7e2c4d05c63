package import CacheModel
import Crypto
import Foundation

/// The beginning of a sealed file, in clear: nothing in it is secret, and nothing of it can be changed without the rest being refused.
///
/// Eight bytes that say what it is, the length of what follows in four bytes (the highest first), and that as JSON.
package struct SealedHeader: Codable, Sendable, Equatable {
    static let magic = Array("ELSEAL1\n".utf8)
    /// Bytes of the beginning whose size is always the same.
    package static let fixedSize = magic.count + 4
    /// Bytes. More is no header of ours.
    static let longest = 65_536
    static let chunkSizes = 4096...(16 << 20)

    /// Whose file it is: one that was put in another's place is refused.
    package var process: String
    package var file: String
    /// When the file that was sealed was written last, in nanoseconds since 1970, and its bytes: whether this is a copy of one that is there.
    package var time: Int64
    package var size: Int64
    /// What a saved copy of the data says of itself, so that it can be told without the key.
    package var snapshot: SavedSnapshot?
    /// When its save began, in nanoseconds since 1970.
    package var snapshotTime: Int64?
    package var key: WrappedKey
    /// Random, so that no two files are sealed under one key. Base 64.
    private(set) var salt: String
    /// Bytes of the file in each chunk but the last.
    private(set) var chunk: Int

    package init(
        process: String, file: String, time: Int64, size: Int64, snapshot: SavedSnapshot? = nil, snapshotTime: Int64? = nil,
        key: WrappedKey,
        chunk: Int = 256 << 10
    ) {
        self.process = process
        self.file = file
        self.time = time
        self.size = size
        self.snapshot = snapshot
        self.snapshotTime = snapshotTime
        self.key = key
        self.salt = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
        self.chunk = chunk
    }

    var saltBytes: Data { Data(base64Encoded: salt) ?? Data() }

    /// The bytes that stand before the chunks.
    func encoded() throws(SealingError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(self), json.count <= Self.longest, Self.chunkSizes.contains(chunk) else { throw .malformed }
        let length = UInt32(json.count)
        return Self.magic + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + Array(json)
    }

    /// The header and its size in bytes, once `head` has all of it; nil while more is needed.
    ///
    /// Believed by who only wants to know what the file says it is; who opens it finds out whether that is so.
    package static func parse(_ head: ArraySlice<UInt8>) throws(SealingError) -> (header: SealedHeader, size: Int)? {
        guard head.prefix(magic.count).elementsEqual(magic.prefix(head.count)) else { throw .notSealed }
        guard head.count >= fixedSize else { return nil }
        let length = head.dropFirst(magic.count).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard length <= longest else { throw .malformed }
        let size = fixedSize + length
        guard head.count >= size else { return nil }
        guard let header = try? JSONDecoder().decode(SealedHeader.self, from: Data(head.dropFirst(fixedSize).prefix(length))),
            chunkSizes.contains(header.chunk), header.saltBytes.count == 32
        else { throw .malformed }
        return (header, size)
    }
}

/// Why a sealed file is not opened.
package enum SealingError: Error, Sendable, Equatable {
    /// It is of another kind, or empty.
    case notSealed
    case malformed
    /// It ends before it should, or a part of it is not what was sealed there. Which key it is can't be told from that.
    case altered
    /// It is another process's, or of another name.
    case misplaced(process: String, file: String)
}

extension SealingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notSealed: "it is no sealed file"
        case .malformed: "its beginning is malformed"
        case .altered: "it was cut or changed since it was sealed, or sealed with another key"
        case .misplaced(let process, let file): "it is \(file) of \(process)"
        }
    }
}
