import Crypto
import Foundation

/// Seals and opens the chunks of one file: AES-256-GCM, under a key that follows from the data key, the file's own salt and its whole
/// beginning.
///
/// A chunk's number and whether it is the last are its nonce, so that one that was moved, left out, or taken for the end does not open. It
/// is the construction STREAM (Hoang, Reyhanitabar, Rogaway and Vizár, 2015), with a key per file in the place of a random prefix.
struct ChunkCipher: Sendable {
    static let tag = 16

    private let key: SymmetricKey

    init(_ header: SealedHeader, beginning: [UInt8], key: DataKey) {
        self.key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key.secret, salt: header.saltBytes, info: Data(SHA256.hash(data: beginning)), outputByteCount: DataKey.size)
    }

    func seal(_ chunk: ArraySlice<UInt8>, at number: UInt64, isLast: Bool) throws(SealingError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(chunk, using: key, nonce: nonce(number, isLast))
            return Array(box.ciphertext) + Array(box.tag)
        } catch {
            throw .altered
        }
    }

    func open(_ chunk: ArraySlice<UInt8>, at number: UInt64, isLast: Bool) throws(SealingError) -> [UInt8] {
        guard chunk.count >= Self.tag else { throw .altered }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: nonce(number, isLast), ciphertext: chunk.dropLast(Self.tag), tag: chunk.suffix(Self.tag))
            return Array(try AES.GCM.open(box, using: key))
        } catch {
            throw .altered
        }
    }

    /// Twelve bytes: three of nothing, the number, the flag.
    private func nonce(_ number: UInt64, _ isLast: Bool) throws -> AES.GCM.Nonce {
        var bytes: [UInt8] = [0, 0, 0]
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        bytes.append(isLast ? 1 : 0)
        return try AES.GCM.Nonce(data: bytes)
    }
}
