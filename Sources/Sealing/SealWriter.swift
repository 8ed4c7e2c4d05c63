/// Seals a file as it goes by: bytes in, bytes to be written out. Holds one chunk at most.
package struct SealWriter: Sendable {
    /// To be written before all else.
    package let beginning: [UInt8]

    private let cipher: ChunkCipher
    private let chunk: Int
    private var held: [UInt8] = []
    private var number: UInt64 = 0

    package init(_ header: SealedHeader, key: DataKey) throws(SealingError) {
        beginning = try header.encoded()
        cipher = ChunkCipher(header, beginning: beginning, key: key)
        chunk = header.chunk
    }

    /// The next bytes of the file. Returns what is to be written now.
    package mutating func add(_ bytes: ArraySlice<UInt8>) throws(SealingError) -> [UInt8] {
        held += bytes
        var sealed: [UInt8] = []
        var rest = held[...]
        // A full chunk may be the last: it is known to be none only when more has come.
        while rest.count > chunk {
            sealed += try cipher.seal(rest.prefix(chunk), at: number, isLast: false)
            number += 1
            rest = rest.dropFirst(chunk)
        }
        if rest.count < held.count { held = Array(rest) }
        return sealed
    }

    /// There are no more. Returns what is to be written last.
    package mutating func finish() throws(SealingError) -> [UInt8] {
        try cipher.seal(held[...], at: number, isLast: true)
    }
}
