import CacheModel
import Testing

struct EngineTests {
    @Test(arguments: [("redis", EngineKind.redis), ("Redis", .redis), ("REDIS", .redis), ("valkey", .valkey), ("Valkey", .valkey)])
    func named(name: String, kind: EngineKind) throws {
        #expect(try EngineKind(named: name) == kind)
    }

    @Test(arguments: [
        ("memcached", EngineKind.Failure.memcached), ("Memcached", .memcached), ("mysql", .unknown), ("", .unknown), (" redis", .unknown),
        ("rédis", .unknown),
    ])
    func refused(name: String, failure: EngineKind.Failure) {
        #expect(throws: failure) { try EngineKind(named: name) }
    }

    @Test(arguments: [
        ("7.0.7", EngineVersion(7, 0, 7)), ("6.2", EngineVersion(6, 2, 0)), ("2.8.24", EngineVersion(2, 8, 24)),
        ("10.0.0", EngineVersion(10, 0)),
    ])
    func versions(text: String, expected: EngineVersion) {
        #expect(EngineVersion(text) == expected)
    }

    @Test(arguments: ["", "7", "7.", ".7", "7.0.", "7.0.7.1", "v7.0", "7.0.7-rc1", "7.x", "-7.0", "+7.0", "7.0 ", "7,0", "99999.0", "٧.٠"])
    func badVersions(text: String) {
        #expect(EngineVersion(text) == nil)
    }

    @Test func order() {
        #expect(EngineVersion(2, 8, 6) < EngineVersion(2, 8, 19))
        #expect(EngineVersion(3, 2, 10) < EngineVersion(4, 0, 0))
        #expect(EngineVersion(6, 2) < EngineVersion(6, 2, 1))
    }

    @Test func capabilities() {
        #expect(!EngineVersion(2, 8, 24).supportsClusterMode && EngineVersion(3, 2, 4).supportsClusterMode)
        #expect(!EngineVersion(2, 6, 13).supportsAutomaticFailover && EngineVersion(2, 8, 6).supportsAutomaticFailover)
        #expect(EngineVersion(3, 2, 6).supportsEncryption && !EngineVersion(3, 2, 10).supportsEncryption)
        #expect(EngineVersion(4, 0, 10).supportsEncryption && !EngineVersion(3, 2, 4).supportsEncryption)
        #expect(EngineVersion(2, 8, 21).supportsAppendOnly && !EngineVersion(2, 8, 22).supportsAppendOnly)
        #expect(EngineVersion(5, 0, 5).maximumClusterNodes == 250 && EngineVersion(5, 0, 6).maximumClusterNodes == 500)
        #expect(!EngineVersion(6, 2, 6).supportsTransitEncryptionMode && EngineVersion(7, 0, 7).supportsTransitEncryptionMode)
    }
}
