import Crypto

/// The one form of a request that both sides sign, whatever a proxy or a library has done to the one that was sent
/// (Signature Version 4, "Create a canonical request"; the path is normalised and encoded once more, as for every service but S3).
struct CanonicalRequest {
    static let signatureParameter = "X-Amz-Signature"

    let text: String

    /// `bodyHash` is that of the body as it was received, in hexadecimal digits.
    init(_ request: SignableRequest, signedHeaders: [String], isPresigned: Bool, bodyHash: String) {
        text = [
            request.method,
            Self.path(request.path),
            Self.query(request.query, without: isPresigned ? Self.signatureParameter : nil),
            Self.headers(request.headers, signedHeaders),
            signedHeaders.joined(separator: ";"),
            bodyHash,
        ].joined(separator: "\n")
    }

    /// Without `.`, `..` and empty parts, and with everything escaped that is not unreserved: also what was escaped already.
    static func path(_ path: String) -> String {
        if path == "/" { return path }
        var parts: [Substring] = []
        for part in path.split(separator: "/", omittingEmptySubsequences: true) {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        let normal = "/" + parts.joined(separator: "/") + (path.hasSuffix("/") && !parts.isEmpty ? "/" : "")
        return PercentEncoding.encode(normal.utf8, keeping: UInt8(ascii: "/"))
    }

    /// Every pair decoded and escaped anew, in the order of the escaped names and values.
    static func query(_ query: String, without left: String?) -> String {
        if query.isEmpty { return query }
        return query.utf8.split(separator: UInt8(ascii: "&"))
            .map { pair -> (name: String, value: String) in
                let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                let value = parts.count > 1 ? PercentEncoding.renewed(parts[1]) : ""
                return (PercentEncoding.renewed(parts[0]), value)
            }
            .filter { $0.name != left }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    /// A line each; several of one name are one line.
    static func headers(_ headers: [(name: String, value: String)], _ signed: [String]) -> String {
        signed.map { name in
            let values = headers.filter { $0.name == name }.map { trimmed($0.value) }
            return "\(name):\(values.joined(separator: ","))\n"
        }.joined()
    }

    /// No space at the ends, and one where there are several.
    private static func trimmed(_ value: String) -> String {
        value.utf8.split { $0 == UInt8(ascii: " ") || (UInt8(ascii: "\t")...UInt8(ascii: "\r")).contains($0) }
            .map { String(Substring($0)) }.joined(separator: " ")
    }
}
