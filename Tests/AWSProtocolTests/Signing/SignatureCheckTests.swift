import Foundation
import Testing

@testable import AWSProtocol

@Suite struct SignatureCheckTests {
    private static let check = SignatureCheck(service: "service")

    private static func verify(_ request: SignableRequest, secret: String = SigningVectors.secret, at seconds: Double = 0) throws {
        let signature = try #require(try RequestSignature.find(in: request))
        try check.verify(signature, of: request, secret: secret, now: SigningVectors.time + seconds)
    }

    private static func code(_ body: () throws -> Void) -> FaultCode? {
        do {
            try body()
            return nil
        } catch {
            return (error as? ServiceFault)?.code
        }
    }

    private static func altered(
        _ request: SignableRequest, method: String? = nil, path: String? = nil, query: String? = nil,
        headers: [(name: String, value: String)]? = nil, body: [UInt8]? = nil
    ) -> SignableRequest {
        SignableRequest(
            method: method ?? request.method, path: path ?? request.path, query: query ?? request.query,
            headers: headers ?? request.headers, body: body ?? request.body)
    }

    private static func vector(_ name: String) throws -> SignableRequest {
        try #require(SigningVectors.all.first { $0.name == name }).request
    }

    @Test func thereAreVectors() { #expect(SigningVectors.all.count == 61) }

    @Test(arguments: SigningVectors.all)
    func isRightAsItIs(vector: SigningVectors.Vector) throws {
        try Self.verify(vector.request)
    }

    @Test(arguments: SigningVectors.all)
    func isWrongOnceItIsAltered(vector: SigningVectors.Vector) {
        let request = vector.request
        let alterations = [
            Self.altered(request, method: "PUT"), Self.altered(request, path: request.path + "x"),
            Self.altered(request, body: request.body + [0]),
            Self.altered(request, query: request.query.isEmpty ? "a=b" : request.query + "&a=b"),
            Self.altered(request, headers: request.headers.map { ($0.name, $0.name == "host" ? "other" : $0.value) }),
        ]
        for alteration in alterations {
            #expect(Self.code { try Self.verify(alteration) } == .signatureDoesNotMatch)
        }
        #expect(Self.code { try Self.verify(request, secret: SigningVectors.secret + "x") } == .signatureDoesNotMatch)
    }

    /// A key that was kept is that of its secret only.
    @Test func anotherSecretIsWrongAfterTheRightOne() throws {
        let request = try Self.vector("get-vanilla, in the header")
        try Self.verify(request)
        #expect(Self.code { try Self.verify(request, secret: "wrong") } == .signatureDoesNotMatch)
        try Self.verify(request)
    }

    /// The path as it was sent is encoded once more, so that an escape in it is no other name for what it escapes.
    @Test(arguments: [
        ("/a b/", "/a%20b/"), ("/a/../b/./c//d", "/b/c/d"), ("/%E1", "/%25E1"), ("", "/"), ("/..", "/"), ("/~a-b_c.d", "/~a-b_c.d"),
    ])
    func thePathIsNormalised(path: String, canonical: String) {
        #expect(CanonicalRequest.path(path) == canonical)
    }

    @Test(arguments: [
        ("b=2&a=1", "a=1&b=2"), ("a=2&a=1", "a=1&a=2"), ("a", "a="), ("a=b+c", "a=b%20c"), ("a=b%20c", "a=b%20c"), ("a=%2f", "a=%2F"),
        ("%41=1", "A=1"), ("a=b=c", "a=b%3Dc"), ("&&a=1&", "a=1"), ("a=%zz", "a=%25zz"), ("X-Amz-Signature=1&a=1", "a=1"),
    ])
    func theQueryIsNormalised(query: String, canonical: String) {
        #expect(CanonicalRequest.query(query, without: "X-Amz-Signature") == canonical)
    }

    @Test(arguments: [(0.0, nil), (899, nil), (-899, nil), (901, .requestExpired), (-901, .requestExpired)] as [(Double, FaultCode?)])
    func aHeaderHoldsForFifteenMinutes(seconds: Double, code: FaultCode?) throws {
        let request = try Self.vector("get-vanilla, in the header")
        #expect(Self.code { try Self.verify(request, at: seconds) } == code)
    }

    @Test(arguments: [(3599.0, nil), (3601, .requestExpired), (-901, .requestExpired)] as [(Double, FaultCode?)])
    func aPresignedRequestHoldsForAsLongAsItSays(seconds: Double, code: FaultCode?) throws {
        let request = try Self.vector("get-vanilla, in the query")
        #expect(Self.code { try Self.verify(request, at: seconds) } == code)
    }

    @Test func anotherServicesScopeIsRefused() throws {
        let request = try Self.vector("get-vanilla, in the header")
        let signature = try #require(try RequestSignature.find(in: request))
        let code = Self.code {
            try SignatureCheck(service: "elasticache").verify(
                signature, of: request, secret: SigningVectors.secret, now: SigningVectors.time)
        }
        #expect(code == .signatureDoesNotMatch)
    }

    private static func find(
        _ header: String, time: String? = "20150830T123600Z", more: [(name: String, value: String)] = []
    ) throws
        -> RequestSignature?
    {
        let dated = time.map { [(name: "X-Amz-Date", value: $0)] } ?? []
        return try RequestSignature.find(
            in: SignableRequest(
                method: "POST", path: "/", query: "", headers: [(name: "Authorization", value: header)] + dated + more, body: []))
    }

    private static let header =
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=00"

    @Test(arguments: [
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/service/aws4_request, SignedHeaders=host",
        "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=00", "AWS4-HMAC-SHA512 Credential=A/20150830/us-east-1/service/aws4_request",
        "AWS4-HMAC-SHA256 Credential=AKID/us-east-1/service/aws4_request, SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/service/aws4_request, SignedHeaders=x-a;host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/service/aws4_request, SignedHeaders=host;host, Signature=00",
        "AWS4-ECDSA-P256-SHA256 Credential=AKID/20150830/us-east-1/service/aws4_request, SignedHeaders=host, Signature=00",
        "Basic dXNlcjpwYXNz", "AWS4-", "AWS4-HMAC-SHA256 ",
    ])
    func anIncompleteHeaderIsNamedSo(header: String) {
        #expect(Self.code { _ = try Self.find(header) } == .incompleteSignature)
    }

    @Test func twoHeadersAreNotChosenFrom() {
        #expect(Self.code { _ = try Self.find(Self.header, more: [("authorization", Self.header)]) } == .incompleteSignature)
    }

    @Test(arguments: [
        "2015-08-30T12:36:00Z", "20150830T123600", "20151330T123600Z", "20150830T123600.000Z", "Sun, 30 Aug 2015 12:36:00 GMT",
    ])
    func aTimeMustBeInTheBasicForm(time: String) {
        #expect(Self.code { _ = try Self.find(Self.header, time: time) } == .incompleteSignature)
    }

    /// Where there is no `X-Amz-Date` the `Date` counts, in the form of HTTP, too.
    @Test(arguments: ["20150830T123600Z", "Sun, 30 Aug 2015 12:36:00 GMT"])
    func theDateHeaderIsTakenInstead(date: String) throws {
        let found = try #require(try Self.find(Self.header, time: nil, more: [("Date", date)]))
        #expect(found.time == "20150830T123600Z" && found.date == SigningVectors.time)
    }

    @Test(arguments: [nil, "Sun, 30 Foo 2015 12:36:00 GMT", "30 Aug 2015", ""] as [String?])
    func withoutATimeItIsIncomplete(date: String?) {
        let more = date.map { [(name: "Date", value: $0)] } ?? []
        #expect(Self.code { _ = try Self.find(Self.header, time: nil, more: more) } == .incompleteSignature)
    }

    /// The body is hashed as it was received, whatever a header says of it.
    @Test(arguments: ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", String(repeating: "0", count: 64)])
    func aHashThatIsNotTheBodysIsRefused(told: String) throws {
        let request = try Self.vector("get-vanilla, in the header")
        let claiming = Self.altered(request, headers: request.headers + [("x-amz-content-sha256", told)])
        #expect(Self.code { try Self.verify(claiming) } == .signatureDoesNotMatch)
        let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        try Self.verify(Self.altered(request, headers: request.headers + [("x-amz-content-sha256", hash)]))
    }

    /// What is called a signature is left out of the query of a presigned request, and of no other.
    @Test func aSignatureInTheQueryOfASignedRequestIsSigned() throws {
        let request = try Self.vector("get-vanilla, in the header")
        #expect(Self.code { try Self.verify(Self.altered(request, query: "X-Amz-Signature=00")) } == .signatureDoesNotMatch)
    }

    @Test(
        arguments: [
            ("X-Amz-Algorithm=AWS4-HMAC-SHA256", .incompleteSignature), ("X-Amz-Signature=00", .incompleteSignature),
            (presigned(expires: "0"), .incompleteSignature), (presigned(expires: "604801"), .incompleteSignature),
            (presigned(expires: "-1"), .incompleteSignature), (presigned(expires: "1h"), .incompleteSignature),
            (presigned(algorithm: "AWS3"), .incompleteSignature), (presigned(headers: "x-amz-date"), .signatureDoesNotMatch),
            (presigned() + "&%zz", .malformedQueryString), (presigned(expires: "604800"), nil), ("Action=X", nil),
        ] as [(String, FaultCode?)])
    func aPresignedQueryIsReadWhole(query: String, code: FaultCode?) {
        let request = SignableRequest(method: "GET", path: "/", query: query, headers: [("host", "h")], body: [])
        #expect(Self.code { _ = try RequestSignature.find(in: request) } == code)
    }

    private static func presigned(algorithm: String = "AWS4-HMAC-SHA256", expires: String = "60", headers: String = "host") -> String {
        "X-Amz-Algorithm=\(algorithm)&X-Amz-Credential=A%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z"
            + "&X-Amz-Expires=\(expires)&X-Amz-SignedHeaders=\(headers)&X-Amz-Signature=00"
    }

    @Test func whatIsNotSignedHasNoSignature() throws {
        let request = SignableRequest(method: "POST", path: "/", query: "Action=X", headers: [], body: [])
        #expect(try RequestSignature.find(in: request) == nil)
    }

    @Test func theHostMustBeSigned() {
        let header = "AWS4-HMAC-SHA256 Credential=AKID/20150830/us-east-1/service/aws4_request, SignedHeaders=x-amz-date, Signature=00"
        #expect(Self.code { _ = try Self.find(header) } == .signatureDoesNotMatch)
    }

    @Test func whatTheSignerSignsIsRight() throws {
        let request = SignableRequest(method: "POST", path: "/a", query: "b=c", headers: [("host", "h:1")], body: Array("d".utf8))
        let signer = RequestSigner(accessKeyID: "AKID", secret: SigningVectors.secret, region: "us-east-1", service: "service")
        let headers = try #require(signer.headers(for: request, at: SigningVectors.time))
        try Self.verify(Self.altered(request, headers: request.headers + headers))
        #expect(RequestSigner(accessKeyID: "a/b", secret: "s", region: "r", service: "s").headers(for: request, at: Date()) == nil)
    }
}
