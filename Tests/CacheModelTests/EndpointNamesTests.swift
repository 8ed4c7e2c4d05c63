import CacheModel
import Testing

struct EndpointNamesTests {
    @Test func withoutTLS() {
        let names = EndpointNames(group: "rg", hash: "abc123", regionCode: "use1", tls: false)
        #expect(names.primary == "rg.abc123.ng.0001.use1.cache.amazonaws.com")
        #expect(names.reader == "rg-ro.abc123.ng.0001.use1.cache.amazonaws.com")
        #expect(names.configuration == "rg.abc123.clustercfg.use1.cache.amazonaws.com")
        #expect(names.node("rg-001") == "rg-001.abc123.0001.use1.cache.amazonaws.com")
        #expect(names.node("rg-0001-001") == "rg-0001-001.abc123.0001.use1.cache.amazonaws.com")
    }

    @Test func withTLS() throws {
        let names = EndpointNames(group: "rg", hash: "abc123", regionCode: "use1", tls: true)
        #expect(names.primary == "master.rg.abc123.use1.cache.amazonaws.com")
        #expect(names.reader == "replica.rg.abc123.use1.cache.amazonaws.com")
        #expect(names.configuration == "clustercfg.rg.abc123.use1.cache.amazonaws.com")
        #expect(names.node("rg-001") == "rg-001.rg.abc123.use1.cache.amazonaws.com")
        let china = EndpointNames(group: "rg", account: "1", region: try #require(Region("cn-north-1")), tls: true)
        #expect(china.primary.hasSuffix(".cnn1.cache.amazonaws.com.cn"))
    }

    /// Clients keep host names: the hash may never change.
    @Test func hashIsStable() {
        #expect(EndpointNames.hash(account: "000000000000", region: "us-east-1") == "rddu6p")
        #expect(EndpointNames.hash(account: "123456789012", region: "eu-west-1") == "yjpzcg")
    }

    @Test func hashIsWellFormedAndSpread() {
        var seen: Set<String> = []
        for account in 0..<2000 {
            let hash = EndpointNames.hash(account: "\(account)", region: "us-east-1")
            #expect(hash.utf8.count == 6)
            #expect(hash.allSatisfy { $0.isASCII && ($0.isNumber || $0.isLowercase) })
            seen.insert(hash)
        }
        #expect(seen.count > 1995)
    }
}
