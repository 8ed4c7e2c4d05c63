import Crypto
package import Foundation

/// Whether a request was signed by who holds a secret, and lately (Signature Version 4).
package struct SignatureCheck: Sendable {
    /// Seconds by which clocks may differ, and for which a signature in a header holds: the quarter of an hour of `RequestExpired` in the
    /// API reference ("Common Errors"). Within it the same request may come again, as with the real service.
    static let tolerance: TimeInterval = 900

    /// The name of the service in scopes: `elasticache`.
    private let service: String
    private let keys = SigningKeys()

    package init(service: String) {
        self.service = service
    }

    /// Throws `.signatureDoesNotMatch` for another secret, an altered request or another service's scope, `.requestExpired` for one of
    /// another time.
    package func verify(_ signature: RequestSignature, of request: SignableRequest, secret: String, now: Date) throws(ServiceFault) {
        let scope = signature.scope
        guard scope.service == service else {
            throw ServiceFault(.signatureDoesNotMatch, "Credential should be scoped to correct service: '\(service)'.")
        }
        guard signature.time.hasPrefix(scope.date) else {
            throw ServiceFault(
                .signatureDoesNotMatch,
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'\(scope.date)' != '\(signature.time.prefix(8))', from '\(signature.time)'.")
        }
        let bodyHash = Hexadecimal.text(SHA256.hash(data: request.body))
        if let told = request.header("x-amz-content-sha256"), told != bodyHash {
            throw ServiceFault(
                .signatureDoesNotMatch,
                "The header X-Amz-Content-Sha256 is '\(told.prefix(128))', and the hash of the body that was received is '\(bodyHash)': "
                    + "the body must be signed as a whole.")
        }
        let canonical = CanonicalRequest(
            request, signedHeaders: signature.signedHeaders, isPresigned: signature.isPresigned, bodyHash: bodyHash)
        let text = Self.stringToSign(canonical, signature)
        let key = keys.key(secret, scope)
        // An authentication code is compared in constant time: how long it takes tells nothing of how much was right.
        guard let given = Hexadecimal.bytes(signature.signature),
            HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: Data(text.utf8), using: key)
        else {
            throw ServiceFault(
                .signatureDoesNotMatch,
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
                    + "signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have "
                    + "been\n'\(canonical.text)'\n\nThe String-to-Sign should have been\n'\(text)'\n")
        }
        keys.keep(key, secret, scope)
        // Only who has the secret is told how far the clocks are apart.
        try checkTime(signature, now)
    }

    private func checkTime(_ signature: RequestSignature, _ now: Date) throws(ServiceFault) {
        let age = now.timeIntervalSince(signature.date)
        let lifetime = signature.lifetime.map { TimeInterval($0) } ?? Self.tolerance
        guard age <= lifetime else {
            throw ServiceFault(
                .requestExpired,
                "Signature expired: \(signature.time) is now earlier than \(SigningTime.format(now - lifetime)) "
                    + "(\(SigningTime.format(now)) - \(Self.span(lifetime)).)")
        }
        guard age >= -Self.tolerance else {
            throw ServiceFault(
                .requestExpired,
                "Signature not yet current: \(signature.time) is still later than \(SigningTime.format(now + Self.tolerance)) "
                    + "(\(SigningTime.format(now)) + \(Self.span(Self.tolerance)).)")
        }
    }

    private static func span(_ seconds: TimeInterval) -> String {
        let seconds = Int(seconds)
        return seconds.isMultiple(of: 60) ? "\(seconds / 60) min" : "\(seconds) s"
    }

    static func stringToSign(_ canonical: CanonicalRequest, _ signature: RequestSignature) -> String {
        let scope = signature.scope
        return [
            RequestSignature.algorithm, signature.time, "\(scope.date)/\(scope.region)/\(scope.service)/aws4_request",
            Hexadecimal.text(SHA256.hash(data: Data(canonical.text.utf8))),
        ].joined(separator: "\n")
    }
}
