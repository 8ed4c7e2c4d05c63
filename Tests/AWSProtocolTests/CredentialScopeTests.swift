import AWSProtocol
import Testing

@Suite struct CredentialScopeTests {
    @Test(arguments: [
        "AWS4-HMAC-SHA256 Credential=000000000000/20261123/eu-west-1/elasticache/aws4_request, SignedHeaders=host, Signature=0a",
        "AWS4-HMAC-SHA256 Credential=000000000000/20261123/eu-west-1/elasticache/aws4_request,SignedHeaders=host,Signature=0a",
        "AWS4-HMAC-SHA256 SignedHeaders=host, Credential=000000000000/20261123/eu-west-1/elasticache/aws4_request",
    ])
    func readsAHeader(header: String) throws {
        let scope = try #require(CredentialScope(authorization: header))
        #expect(scope.accessKeyID == "000000000000")
        #expect(scope.date == "20261123")
        #expect(scope.region == "eu-west-1")
        #expect(scope.service == "elasticache")
    }

    @Test func readsAParameter() throws {
        let form = "X-Amz-Credential=AKID%2F20261123%2Fus-east-1%2Felasticache%2Faws4_request"
        let credential = try #require(try QueryParameters(parsing: form)["X-Amz-Credential"])
        let scope = try #require(CredentialScope(credential: credential))
        #expect(scope.accessKeyID == "AKID")
        #expect(scope.region == "us-east-1")
    }

    @Test(arguments: [
        "", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 SignedHeaders=host",
        "AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/elasticache",
        "AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/elasticache/aws4_request/more",
        "AWS AKID:signature",
    ])
    func refusesHeaders(header: String) {
        #expect(CredentialScope(authorization: header) == nil)
    }

    @Test(arguments: [
        "/20261123/us-east-1/elasticache/aws4_request", "AKID/2026112/us-east-1/elasticache/aws4_request",
        "AKID/2026112x/us-east-1/elasticache/aws4_request", "AKID/20261123//elasticache/aws4_request",
        "AKID/20261123/US-EAST-1/elasticache/aws4_request", "AKID/20261123/../elasticache/aws4_request",
        "AKID/20261123/us_east/elasticache/aws4_request", "AKID/20261123/us-east-1//aws4_request",
        "AKID/20261123/us-east-1/elasticache/aws5_request", "AK\u{7F}ID/20261123/us-east-1/elasticache/aws4_request",
        "AK ID/20261123/us-east-1/elasticache/aws4_request", "clé/20261123/us-east-1/elasticache/aws4_request",
        "AKID/20261123/abcdefghijklmnopqrstuvwxyz-1234567/elasticache/aws4_request",
    ])
    func refusesCredentials(credential: String) {
        #expect(CredentialScope(credential: credential) == nil)
    }
}
