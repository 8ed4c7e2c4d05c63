import Foundation

/// The signature that a request carries, in its `Authorization` header or, presigned, in its query. Nothing of it is verified.
package struct RequestSignature: Sendable, Equatable {
    static let algorithm = "AWS4-HMAC-SHA256"
    /// Seconds: a week.
    static let longestLifetime = 604_800

    package let scope: CredentialScope
    /// When it was signed, as it is signed: `20150830T123600Z`.
    let time: String
    let date: Date
    /// Seconds for which a presigned request holds; nil for a header.
    let lifetime: Int?
    /// Lower case, in the order of their names.
    let signedHeaders: [String]
    /// Hexadecimal digits.
    let signature: String
    package let hasSessionToken: Bool

    var isPresigned: Bool { lifetime != nil }

    /// Nil if the request is not signed at all. Throws `.incompleteSignature`, naming what is missing or malformed.
    package static func find(in request: SignableRequest) throws(ServiceFault) -> RequestSignature? {
        if let header = request.header("authorization") {
            guard request.count(of: "authorization") == 1 else {
                throw ServiceFault(.incompleteSignature, "There must be one Authorization header, and there are several.")
            }
            return try RequestSignature(header: header, of: request)
        }
        let parameters: QueryParameters
        do {
            parameters = try QueryParameters(parsing: request.query)
        } catch {
            throw ServiceFault(error)
        }
        guard ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"].contains(where: { parameters[$0] != nil }) else { return nil }
        return try RequestSignature(presigned: parameters, of: request)
    }

    /// `time` is the date as it is signed; nil for a signature that is to be made.
    init(
        scope: CredentialScope, time: String? = nil, date: Date, lifetime: Int? = nil, signedHeaders: [String], signature: String = "",
        hasSessionToken: Bool = false
    ) {
        self.scope = scope
        self.time = time ?? SigningTime.format(date)
        self.date = date
        self.lifetime = lifetime
        self.signedHeaders = signedHeaders
        self.signature = signature
        self.hasSessionToken = hasSessionToken
    }
}

extension RequestSignature {
    private init(header: String, of request: SignableRequest) throws(ServiceFault) {
        let fields = Self.fields(header)
        let time = request.header("x-amz-date") ?? request.header("date").map(SigningTime.text(dateHeader:))
        let missing =
            ["Credential", "Signature", "SignedHeaders"].filter { fields[$0] == nil }
            .map { "Authorization header requires '\($0)' parameter." }
            + (time == nil ? ["Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."] : [])
        guard header.hasPrefix(Self.algorithm + " "), let credential = fields["Credential"], let signature = fields["Signature"],
            let signed = fields["SignedHeaders"], let time
        else {
            throw ServiceFault(
                .incompleteSignature,
                missing.isEmpty ? "The algorithm of the Authorization header must be \(Self.algorithm)." : missing.joined(separator: " "))
        }
        try self.init(
            credential: credential, time: time, lifetime: nil, signed: signed, signature: signature,
            hasSessionToken: request.header("x-amz-security-token") != nil)
    }

    private init(presigned parameters: QueryParameters, of request: SignableRequest) throws(ServiceFault) {
        let names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"]
        let missing = names.filter { parameters[$0] == nil }
        guard missing.isEmpty else {
            throw ServiceFault(.incompleteSignature, "A presigned request requires the parameters \(missing.joined(separator: ", ")).")
        }
        guard parameters["X-Amz-Algorithm"] == Self.algorithm else {
            throw ServiceFault(.incompleteSignature, "X-Amz-Algorithm must be \(Self.algorithm).")
        }
        guard let lifetime = parameters["X-Amz-Expires"].flatMap({ Int($0) }), (1...Self.longestLifetime).contains(lifetime) else {
            throw ServiceFault(
                .incompleteSignature, "X-Amz-Expires must be a number of seconds within 1 and \(Self.longestLifetime) (a week).")
        }
        try self.init(
            credential: parameters["X-Amz-Credential"] ?? "", time: parameters["X-Amz-Date"] ?? "", lifetime: lifetime,
            signed: parameters["X-Amz-SignedHeaders"] ?? "", signature: parameters["X-Amz-Signature"] ?? "",
            hasSessionToken: parameters["X-Amz-Security-Token"] != nil || request.header("x-amz-security-token") != nil)
    }

    private init(
        credential: String, time: String, lifetime: Int?, signed: String, signature: String, hasSessionToken: Bool
    ) throws(ServiceFault) {
        guard let scope = CredentialScope(credential: credential) else {
            throw ServiceFault(
                .incompleteSignature, "Credential must have the form KEY/DATE/REGION/SERVICE/aws4_request, with the region in lower case.")
        }
        guard let date = SigningTime.parse(time) else {
            throw ServiceFault(
                .incompleteSignature,
                "Date must be in ISO-8601 'basic format'. Got '\(time.prefix(64))'. See http://en.wikipedia.org/wiki/ISO_8601")
        }
        let headers = signed.split(separator: ";", omittingEmptySubsequences: false).map { $0.lowercased() }
        guard headers == headers.sorted(), Set(headers).count == headers.count else {
            throw ServiceFault(.incompleteSignature, "SignedHeaders must be in the order of their names, each once.")
        }
        guard headers.contains("host") else {
            throw ServiceFault(.signatureDoesNotMatch, "'Host' must be a 'SignedHeader' in the AWS Authorization.")
        }
        self.init(
            scope: scope, time: time, date: date, lifetime: lifetime, signedHeaders: headers, signature: signature,
            hasSessionToken: hasSessionToken)
    }

    /// `Name=value` after the scheme, with commas or spaces between them.
    private static func fields(_ header: String) -> [String: String] {
        var fields: [String: String] = [:]
        for field in header.utf8.split(whereSeparator: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: " ") }).dropFirst() {
            let parts = field.split(separator: UInt8(ascii: "="), maxSplits: 1)
            if parts.count == 2 { fields[String(Substring(parts[0]))] = String(Substring(parts[1])) }
        }
        return fields
    }
}
