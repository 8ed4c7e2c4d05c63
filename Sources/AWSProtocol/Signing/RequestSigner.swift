import Crypto
package import Foundation

/// Signs requests, as a client does.
package struct RequestSigner: Sendable {
    private let accessKeyID: String
    private let secret: String
    private let region: String
    private let service: String

    package init(accessKeyID: String, secret: String, region: String, service: String) {
        self.accessKeyID = accessKeyID
        self.secret = secret
        self.region = region
        self.service = service
    }

    /// The headers that a request needs besides its own, of which the host must be one. Signed are that, the type of the body, and all of AWS's
    /// own. Nil if key, region and service can't be those of
    /// a credential.
    package func headers(for request: SignableRequest, at date: Date) -> [(name: String, value: String)]? {
        let time = SigningTime.format(date)
        let credential = "\(accessKeyID)/\(time.prefix(8))/\(region)/\(service)/aws4_request"
        guard let scope = CredentialScope(credential: credential) else { return nil }
        let dated = SignableRequest(
            method: request.method, path: request.path, query: request.query, headers: request.headers + [("x-amz-date", time)],
            body: request.body)
        let names = Set(dated.headers.map(\.name).filter { $0 == "host" || $0 == "content-type" || $0.hasPrefix("x-amz-") })
        let signature = RequestSignature(scope: scope, date: date, signedHeaders: names.sorted())
        let canonical = CanonicalRequest(
            dated, signedHeaders: signature.signedHeaders, isPresigned: false, bodyHash: Hexadecimal.text(SHA256.hash(data: request.body)))
        let code = HMAC<SHA256>.authenticationCode(
            for: Data(SignatureCheck.stringToSign(canonical, signature).utf8), using: SigningKeys.derive(secret, scope))
        let signed = signature.signedHeaders.joined(separator: ";")
        return [
            ("x-amz-date", time),
            (
                "authorization",
                "\(RequestSignature.algorithm) Credential=\(credential), SignedHeaders=\(signed), Signature=\(Hexadecimal.text(code))"
            ),
        ]
    }
}
