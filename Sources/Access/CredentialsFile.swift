import Foundation
import SecretFiles

/// The file with the keys: JSON, which only its owner may read, replaced as a whole.
package struct CredentialsFile: Sendable {
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case missing(String)
        /// It is a link to nothing.
        case dangling(String)
        /// There is none any more where keys were kept; `kept` is what remembers it.
        case lost(String, kept: String)
        /// Others than its owner may read or write it.
        case open(String, mode: UInt16)
        case malformed(String, reason: String)
        case system(String, code: Int32)

        package var description: String {
            switch self {
            case .missing(let path): SecretFile.Failure.missing(path).description
            case .dangling(let path): SecretFile.Failure.dangling(path).description
            case .lost(let path, let kept):
                "there is no file \(path), and keys were kept here: restore it, name it with --credentials, or make a key with "
                    + "`elastane credentials add`; to accept any key from now on, remove \(kept)"
            case .open(let path, let mode): SecretFile.Failure.open(path, mode: mode).description
            case .malformed(let path, let reason): SecretFile.Failure.malformed(path, reason: reason).description
            case .system(let path, let code): SecretFile.Failure.system(path, code: code).description
            }
        }

        init(_ failure: SecretFile.Failure) {
            self =
                switch failure {
                case .missing(let path): .missing(path)
                case .dangling(let path): .dangling(path)
                case .open(let path, let mode): .open(path, mode: mode)
                case .malformed(let path, let reason): .malformed(path, reason: reason)
                case .system(let path, let code): .system(path, code: code)
                }
        }
    }

    private struct Document: Codable {
        var keys: [AccessKey]
    }

    package let path: String

    package init(path: String) {
        self.path = path
    }

    private var file: SecretFile { SecretFile(path: path) }

    package func read() throws(Failure) -> [AccessKey] {
        let data = try Self.failing { () throws(SecretFile.Failure) in try file.read() }
        let keys: [AccessKey]
        do {
            keys = try Self.decoder.decode(Document.self, from: data).keys
        } catch let mistake as KeyMistake {
            throw .malformed(path, reason: mistake.description)
        } catch {
            throw .malformed(path, reason: JSONMistake.sentence(error))
        }
        if let mistake = keys.lazy.compactMap(\.mistake).first { throw .malformed(path, reason: mistake) }
        guard Set(keys.map(\.id)).count == keys.count else { throw .malformed(path, reason: "a key id is there twice") }
        return keys
    }

    /// Complete under its name, or as it was. Survives a loss of power once it returns.
    package func write(_ keys: [AccessKey]) throws(Failure) {
        let data: Data
        do {
            data = try Self.encoder.encode(Document(keys: keys))
        } catch {
            throw .malformed(path, reason: "it can't be written")
        }
        try Self.failing { () throws(SecretFile.Failure) in try file.write(data) }
    }

    /// Changes the keys that are there, or none yet, while nobody else does.
    package func update<Result>(_ change: (inout [AccessKey]) throws -> Result) throws -> Result {
        do {
            return try file.alone {
                var keys = try existing()
                let result = try change(&keys)
                try write(keys)
                return result
            }
        } catch let failure as SecretFile.Failure {
            throw Failure(failure)
        }
    }

    /// No keys where there is no file yet.
    package func existing() throws(Failure) -> [AccessKey] {
        do throws(Failure) {
            return try read()
        } catch .missing {
            return []
        } catch {
            throw error
        }
    }

    /// Tells one state of the file from another. Nil if there is nothing of its name.
    func mark() throws(Failure) -> SecretFile.Mark? { try Self.failing { () throws(SecretFile.Failure) in try file.mark() } }

    static func failing<Result>(_ body: () throws(SecretFile.Failure) -> Result) throws(Failure) -> Result {
        do throws(SecretFile.Failure) {
            return try body()
        } catch {
            throw Failure(error)
        }
    }

    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
