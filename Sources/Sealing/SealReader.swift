/// Opens a sealed file as it goes by: bytes in, the file's bytes out. What has come out counts only once `finish` has returned: before that
/// the end may be missing.
package struct SealReader: Sendable {
    private let cipher: ChunkCipher
    private let chunk: Int
    private var held: [UInt8] = []
    private var number: UInt64 = 0

    /// `beginning` is the header's bytes, as `SealedHeader.parse` found them in the file.
    package init(_ header: SealedHeader, beginning: [UInt8], key: DataKey) {
        cipher = ChunkCipher(header, beginning: beginning, key: key)
        chunk = header.chunk + ChunkCipher.tag
    }

    /// The next bytes after the beginning.
    package mutating func add(_ bytes: ArraySlice<UInt8>) throws(SealingError) -> [UInt8] {
        held += bytes
        var opened: [UInt8] = []
        var rest = held[...]
        while rest.count > chunk {
            opened += try cipher.open(rest.prefix(chunk), at: number, isLast: false)
            number += 1
            rest = rest.dropFirst(chunk)
        }
        if rest.count < held.count { held = Array(rest) }
        return opened
    }

    package mutating func finish() throws(SealingError) -> [UInt8] {
        try cipher.open(held[...], at: number, isLast: true)
    }
}
