import CacheModel
import Foundation
import Testing

@testable import Sealing

private let chunk = 4096
private let wrapped = WrappedKey(keeper: .keyring, key: "k", version: 1, ciphertext: "", context: [:])

private func header(process: String = "a-001", file: String = "dump.rdb") -> SealedHeader {
    SealedHeader(process: process, file: file, time: 7, size: 9, key: wrapped, chunk: chunk)
}

private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

/// In pieces of a size that fits no chunk.
private func seal(_ plain: [UInt8], _ key: DataKey, as header: SealedHeader = header(), pieces: Int = 1000) throws -> [UInt8] {
    var writer = try SealWriter(header, key: key)
    var sealed = writer.beginning
    for start in stride(from: 0, to: plain.count, by: pieces) { sealed += try writer.add(plain[start..<min(plain.count, start + pieces)]) }
    return sealed + (try writer.finish())
}

private func open(_ sealed: [UInt8], _ key: DataKey, pieces: Int = 777) throws -> [UInt8] {
    guard let (header, size) = try SealedHeader.parse(sealed[...]) else { throw SealingError.notSealed }
    var reader = SealReader(header, beginning: Array(sealed.prefix(size)), key: key)
    var plain: [UInt8] = []
    for start in stride(from: size, to: sealed.count, by: pieces) {
        plain += try reader.add(sealed[start..<min(sealed.count, start + pieces)])
    }
    return plain + (try reader.finish())
}

/// The sealed chunks of a file, each with its tag.
private func chunks(_ sealed: [UInt8]) throws -> (beginning: [UInt8], chunks: [[UInt8]]) {
    let size = try #require(try SealedHeader.parse(sealed[...])).size
    let whole = chunk + ChunkCipher.tag
    let parts = stride(from: size, to: sealed.count, by: whole).map { Array(sealed[$0..<min(sealed.count, $0 + whole)]) }
    return (Array(sealed.prefix(size)), parts)
}

@Suite struct SealingTests {
    private let key = DataKey.random()

    /// Around the boundaries of chunks.
    static let sizes = [0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3 * chunk - 1, 3 * chunk + 5]

    @Test(arguments: sizes)
    func whatIsSealedIsOpened(size: Int) throws {
        let plain = bytes(size)
        let sealed = try seal(plain, key)
        #expect(try open(sealed, key) == plain)
        #expect(try open(sealed, key, pieces: sealed.count) == plain)
        let count = max(1, (size + chunk - 1) / chunk)
        let overhead: Int = try chunks(sealed).beginning.count + count * ChunkCipher.tag
        #expect(sealed.count == size + overhead)
    }

    @Test func nothingOfItCanBeRead() throws {
        let secret = Array("a value that somebody looks for".utf8)
        let sealed = try seal(bytes(chunk) + secret + secret, key)
        #expect(!Data(sealed).contains(secret))
    }

    @Test func noTwoFilesAreSealedAlike() throws {
        let one = try chunks(seal(bytes(chunk), key))
        let other = try chunks(seal(bytes(chunk), key))
        #expect(one.chunks != other.chunks)
    }

    /// At every place where a cut could go unnoticed, and beside them.
    @Test(arguments: sizes)
    func whatWasCutIsRefused(size: Int) throws {
        let sealed = try seal(bytes(size), key)
        let (beginning, parts) = try chunks(sealed)
        var ends = Set<Int>()
        var end = beginning.count
        for part in parts {
            ends.formUnion([end, end + 1, end + ChunkCipher.tag])
            end += part.count
            ends.formUnion([end - 1, end - ChunkCipher.tag])
        }
        for end in ends where end < sealed.count {
            #expect(throws: SealingError.altered, "cut at \(end) of \(sealed.count)") { try open(Array(sealed.prefix(end)), key) }
        }
        for end in [0, 1, SealedHeader.fixedSize - 1, SealedHeader.fixedSize, beginning.count - 1] {
            #expect(throws: SealingError.self) { try open(Array(sealed.prefix(end)), key) }
        }
    }

    @Test(arguments: sizes)
    func whatWasAppendedToIsRefused(size: Int) throws {
        let sealed = try seal(bytes(size), key)
        let last = try #require(try chunks(sealed).chunks.last)
        for more in [[0], last, bytes(chunk), bytes(chunk + ChunkCipher.tag)] {
            #expect(throws: SealingError.altered) { try open(sealed + more, key) }
        }
    }

    @Test func everyChunkHasItsPlace() throws {
        let (beginning, parts) = try chunks(seal(bytes(4 * chunk), key))
        for one in parts.indices {
            for other in parts.indices where other > one {
                var moved = parts
                moved.swapAt(one, other)
                #expect(throws: SealingError.altered, "\(one) and \(other)") { try open(beginning + moved.joined(), key) }
            }
            var without = parts
            without.remove(at: one)
            #expect(throws: SealingError.altered, "without \(one)") { try open(beginning + without.joined(), key) }
            var twice = parts
            twice.insert(parts[one], at: one)
            #expect(throws: SealingError.altered, "\(one) twice") { try open(beginning + twice.joined(), key) }
        }
    }

    /// Each byte of the beginning, and one in every chunk and every tag.
    @Test func everyByteCounts() throws {
        let sealed = try seal(bytes(2 * chunk + 10), key)
        let size = try chunks(sealed).beginning.count
        let inChunks: [Int] = [size, size + chunk, size + chunk + 17, sealed.count - 20, sealed.count - 1]
        let places: [Int] = Array(0..<size) + inChunks
        for place in places {
            var changed = sealed
            changed[place] ^= 1
            #expect(throws: SealingError.self, "at \(place)") { try open(changed, key) }
        }
    }

    @Test func aChunkOfAnotherFileIsRefused() throws {
        let one = try chunks(seal(bytes(3 * chunk), key))
        let other = try chunks(seal(bytes(3 * chunk), key, as: header(process: "a-002")))
        #expect(throws: SealingError.altered) { try open(one.beginning + other.chunks.joined(), key) }
        let mixed: [[UInt8]] = [one.beginning, one.chunks[0], other.chunks[1], one.chunks[2]]
        #expect(throws: SealingError.altered) { try open(Array(mixed.joined()), key) }
    }

    @Test func anotherKeyOpensNothing() throws {
        #expect(throws: SealingError.altered) { try open(seal(bytes(10), key), .random()) }
    }

    @Test func theBeginningTellsWithoutAKey() throws {
        var told = header()
        told.snapshot = SavedSnapshot(time: 5, replicationID: String(repeating: "a", count: 40), offset: 77)
        let sealed = try seal(bytes(10), key, as: told)
        #expect(try SealedHeader.parse(sealed[...])?.header == told)
        #expect(throws: SealingError.notSealed) { try SealedHeader.parse(Array("REDIS0011".utf8)[...]) }
        #expect(throws: SealingError.malformed) { try SealedHeader.parse((SealedHeader.magic + [0xFF, 0, 0, 0])[...]) }
        #expect(throws: SealingError.malformed) { try SealedHeader.parse((SealedHeader.magic + [0, 0, 0, 2] + Array("{}".utf8))[...]) }
    }

    @Test func aDataKeyIsNeverShown() {
        let bytes = Data(repeating: 0x41, count: 32)
        let key = DataKey(bytes)
        #expect("\(String(describing: key)) \(String(reflecting: key))".contains("AAAA") == false)
        #expect(DataKey(Data(repeating: 1, count: 16)) == nil)
    }
}
