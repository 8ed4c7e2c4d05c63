import AWSProtocol
import Foundation
import Testing

/// The public test vectors of Signature Version 4, as signed requests.
///
/// Those for services that do not normalise paths are left out: this one does; and the one whose query has a token that was added after
/// it was signed. All are of the key `AKIDEXAMPLE`, the service `service`
/// and one moment.
enum SigningVectors {
    struct Vector: CustomTestStringConvertible, Sendable {
        let name: String
        let request: SignableRequest

        var testDescription: String { name }
    }

    static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    /// 2015-08-30T12:36:00Z
    static let time = Date(timeIntervalSince1970: 1_440_938_160)

    static let all: [Vector] = {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("vectors.txt")
        let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
        return text.components(separatedBy: "### ").filter { !$0.isEmpty }.map(read)
    }()

    /// A name, the request's line, its headers, an empty line and its body.
    private static func read(_ block: String) -> Vector {
        let parts = block.components(separatedBy: "\n\n")
        let lines = parts[0].components(separatedBy: "\n")
        // The target may hold spaces, unescaped.
        let words = lines[1].components(separatedBy: " ")
        let target = words[1..<(words.count - 1)].joined(separator: " ").split(separator: "?", maxSplits: 1).map(String.init)
        let headers = lines.dropFirst(2).filter { !$0.isEmpty }.map { line -> (name: String, value: String) in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<colon]), String(line[line.index(after: colon)...]))
        }
        let body = parts.dropFirst().joined(separator: "\n\n").trimmingCharacters(in: .newlines)
        return Vector(
            name: lines[0],
            request: SignableRequest(
                method: words[0], path: target[0], query: target.count > 1 ? target[1] : "", headers: headers, body: Array(body.utf8)))
    }
}
