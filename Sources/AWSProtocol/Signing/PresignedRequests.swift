import Crypto
package import Foundation

/// Requests that hold for some time from a second on, all signed by one key for one day: presigned, in the forms in which clients write them.
///
/// What is signed is the same in all forms. They differ in the order of the parameters that the signature adds.
package struct PresignedRequests: Sendable {
    /// `Expires` is `X-Amz-Expires`, and so on.
    private enum Parameter: String, CaseIterable {
        case algorithm = "X-Amz-Algorithm"
        case credential = "X-Amz-Credential"
        case date = "X-Amz-Date"
        case expires = "X-Amz-Expires"
        case signature = "X-Amz-Signature"
        case signedHeaders = "X-Amz-SignedHeaders"
    }

    private static let orders: [[Parameter]] = [
        // botocore, the Go and the Rust SDK.
        [.algorithm, .credential, .date, .expires, .signedHeaders, .signature],
        // JavaScript: by name.
        [.algorithm, .credential, .date, .expires, .signature, .signedHeaders],
        // Java 1, and at first Java 2.
        [.algorithm, .date, .signedHeaders, .expires, .credential, .signature],
        // Java 2 since.
        [.expires, .algorithm, .date, .signedHeaders, .credential, .signature],
    ]

    /// How many forms a request has.
    package static let forms = orders.count

    private let scope: CredentialScope
    private let key: SymmetricKey
    private let host: String
    private let query: String
    private let lifetime: Int

    /// `GET https://HOST/?QUERY` from a second of `day` on. `query` is escaped, and in the order in which clients write it. Nil if key, region and
    /// service can't be those of a credential.
    package init?(
        accessKeyID: String, secret: String, region: String, service: String, day: Date, host: String, query: String, lifetime: Int
    ) {
        let credential = "\(accessKeyID)/\(SigningTime.format(day).prefix(8))/\(region)/\(service)/aws4_request"
        guard let scope = CredentialScope(credential: credential) else { return nil }
        self.scope = scope
        self.key = SigningKeys.derive(secret, scope)
        (self.host, self.query, self.lifetime) = (host, query, lifetime)
    }

    /// Without their scheme, `HOST/?...`: one for each form. `date` is of the day that the key is for.
    package func urls(at date: Date) -> [String] {
        let time = SigningTime.format(date)
        let credential = "\(scope.accessKeyID)/\(scope.date)/\(scope.region)/\(scope.service)/aws4_request"
        var values: [Parameter: String] = [
            .algorithm: RequestSignature.algorithm, .credential: PercentEncoding.encode(credential.utf8), .date: time,
            .expires: "\(lifetime)", .signedHeaders: "host",
        ]
        let signed = Parameter.allCases.compactMap { name in values[name].map { "\(name.rawValue)=\($0)" } }
        let request = SignableRequest(
            method: "GET", path: "/", query: ([query] + signed).joined(separator: "&"), headers: [("host", host)], body: [])
        let signature = RequestSignature(scope: scope, date: date, lifetime: lifetime, signedHeaders: ["host"])
        let canonical = CanonicalRequest(
            request, signedHeaders: ["host"], isPresigned: true, bodyHash: Hexadecimal.text(SHA256.hash(data: request.body)))
        let code = HMAC<SHA256>.authenticationCode(
            for: Data(SignatureCheck.stringToSign(canonical, signature).utf8), using: key)
        values[.signature] = Hexadecimal.text(code)
        return Self.orders.map { order in
            let parameters = order.compactMap { name in values[name].map { "\(name.rawValue)=\($0)" } }
            return "\(host)/?\(([query] + parameters).joined(separator: "&"))"
        }
    }
}
