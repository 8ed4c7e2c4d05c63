import Foundation
import Testing

@testable import AWSProtocol

@Suite struct PresignedRequestsTests {
    private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    /// 2026-11-23T03:00:00Z
    private static let date = Date(timeIntervalSince1970: 1_795_402_800)

    private static func urls() throws -> [String] {
        let requests = try #require(
            PresignedRequests(
                accessKeyID: "AKIDEXAMPLE", secret: secret, region: "us-east-1", service: "elasticache", day: date, host: "orders",
                query: "Action=connect&User=ann", lifetime: 900))
        return requests.urls(at: date)
    }

    /// As botocore makes it of the same key, second and address.
    @Test func isWhatBotocoreMakes() throws {
        #expect(
            try Self.urls()[0] == "orders/?Action=connect&User=ann&X-Amz-Algorithm=AWS4-HMAC-SHA256"
                + "&X-Amz-Credential=AKIDEXAMPLE%2F20261123%2Fus-east-1%2Felasticache%2Faws4_request&X-Amz-Date=20261123T030000Z"
                + "&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
                + "&X-Amz-Signature=d8670736679a1957fd7a1d9892ffd9786e3e708bf8043df91ab9eebfad6743b9")
    }

    @Test func everyFormIsSigned() throws {
        let urls = try Self.urls()
        #expect(urls.count == PresignedRequests.forms && Set(urls).count == urls.count)
        for url in urls {
            let query = try #require(url.split(separator: "?").last)
            let request = SignableRequest(method: "GET", path: "/", query: String(query), headers: [("host", "orders")], body: [])
            let signature = try #require(try RequestSignature.find(in: request))
            try SignatureCheck(service: "elasticache").verify(signature, of: request, secret: Self.secret, now: Self.date + 899)
        }
        #expect(Set(urls.map { $0.split(separator: "&").sorted() }).count == 1, "they differ in nothing but the order")
    }

    @Test func aKeyThatCanNotSign() {
        let requests = PresignedRequests(
            accessKeyID: "A KEY", secret: Self.secret, region: "us-east-1", service: "elasticache", day: Self.date, host: "orders",
            query: "", lifetime: 900)
        #expect(requests == nil)
    }
}
