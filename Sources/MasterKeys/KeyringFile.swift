import Foundation
package import SecretFiles

/// The file that master keys are kept in: JSON, which only its owner may read.
///
/// Whoever has it can open all that was sealed under its keys; without it nobody can.
package struct KeyringFile: Sendable {
    package static let defaultName = "keyring.json"

    private struct Document: Codable {
        var keys: [MasterKey]
    }

    package let file: SecretFile

    package init(path: String) {
        file = SecretFile(path: path)
    }

    package func read() throws(SecretFile.Failure) -> [MasterKey] {
        let data = try file.read()
        let keys: [MasterKey]
        do {
            let decoder = JSONDecoder()
            decoder.dateDecodingStrategy = .iso8601
            keys = try decoder.decode(Document.self, from: data).keys
        } catch {
            throw .malformed(file.path, reason: JSONMistake.sentence(error))
        }
        if let mistake = keys.lazy.compactMap(\.mistake).first { throw .malformed(file.path, reason: mistake) }
        guard Set(keys.map(\.id)).count == keys.count, keys.count(where: \.isService) <= 1 else {
            throw .malformed(file.path, reason: "a key is there twice")
        }
        return keys
    }

    /// No keys where there is no file yet.
    package func existing() throws(SecretFile.Failure) -> [MasterKey] {
        do throws(SecretFile.Failure) {
            return try read()
        } catch .missing {
            return []
        } catch {
            throw error
        }
    }

    /// Changes the keys that are there, or none yet, while nobody else does. Nothing is written where the change throws.
    package func update<Result>(_ change: (inout [MasterKey]) throws -> Result) throws -> Result {
        try file.alone {
            var keys = try existing()
            let before = keys
            let result = try change(&keys)
            if keys != before { try file.write(try Self.encode(keys)) }
            return result
        }
    }

    private static func encode(_ keys: [MasterKey]) throws -> Data {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(Document(keys: keys))
    }
}
