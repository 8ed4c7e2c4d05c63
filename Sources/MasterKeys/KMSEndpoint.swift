import Foundation

/// Where a key management service answers.
package struct KMSEndpoint: Sendable, Equatable {
    let host: String
    let port: Int
    let isEncrypted: Bool
    let path: String

    /// Nil unless it is an `https` URL, or an `http` URL of this machine: data keys come back in clear.
    package init?(_ text: String) {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let named = url.host, !named.isEmpty, url.query == nil, url.fragment == nil, url.user == nil,
            (1...65_535).contains(url.port ?? 443)
        else { return nil }
        host = named.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        isEncrypted = scheme == "https"
        port = url.port ?? (isEncrypted ? 443 : 80)
        path = url.percentEncodedPath.isEmpty ? "/" : url.percentEncodedPath
        guard isEncrypted || Self.isThisMachine(host) else { return nil }
    }

    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    package var description: String { "\(isEncrypted ? "https" : "http")://\(authority)" }

    private static func isThisMachine(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".")
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
