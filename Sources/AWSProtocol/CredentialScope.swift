/// Who a request says it is from, and for which region: the credential of Signature Version 4. Nothing here is verified.
package struct CredentialScope: Sendable, Hashable {
    /// The access key id. Callers take one of 12 digits as an account id.
    package let accessKeyID: String
    /// The day of the signature, `20261123`.
    package let date: String
    package let region: String
    package let service: String

    /// Reads the value of the `Authorization` header:
    /// `AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/elasticache/aws4_request, SignedHeaders=…, Signature=…`.
    /// Nil if it is of another scheme or malformed.
    package init?(authorization header: some StringProtocol) {
        let scheme = "AWS4-HMAC-SHA256 "
        let key = "Credential="
        guard header.hasPrefix(scheme) else { return nil }
        let fields = header.dropFirst(scheme.count).split(separator: ",")
        for field in fields {
            let field = field.drop { $0 == " " }
            guard field.hasPrefix(key) else { continue }
            self.init(credential: field.dropFirst(key.count).prefix { $0 != " " })
            return
        }
        return nil
    }

    /// Reads a decoded `X-Amz-Credential` parameter: `AKID/20261123/us-east-1/elasticache/aws4_request`.
    package init?(credential: some StringProtocol) {
        let parts = credential.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[4] == "aws4_request", Self.isAccessKeyID(parts[0].utf8),
            parts[1].utf8.count == 8, parts[1].utf8.allSatisfy(Self.isDigit),
            Self.isRegion(parts[2]), Self.isLabel(parts[3].utf8)
        else { return nil }
        self.accessKeyID = String(parts[0])
        self.date = String(parts[1])
        self.region = String(parts[2])
        self.service = String(parts[3])
    }

    /// Whether a text can be the name of a region: lower-case letters, digits and hyphens, at most 32.
    package static func isRegion(_ text: some StringProtocol) -> Bool {
        Self.isLabel(text.utf8)
    }

    private static func isLabel(_ utf8: some Collection<UInt8>) -> Bool {
        (1...32).contains(utf8.count)
            && utf8.allSatisfy { byte in
                Self.isDigit(byte) || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            }
    }

    /// Printable ASCII: test credentials are seldom of AWS's own form.
    private static func isAccessKeyID(_ utf8: some Collection<UInt8>) -> Bool {
        (1...128).contains(utf8.count) && utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
