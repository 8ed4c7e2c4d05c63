import Testing

@testable import Engine

extension EngineBuild {
    /// A build for tables: knows no parameters unless told.
    static func sample(
        _ kind: Kind, _ version: String, tls: Bool = false, parameters: Set<String> = [], deniable: Set<String> = [],
        loads: [String] = ["disabled", "on-empty-db", "swapdb"]
    ) -> EngineBuild {
        EngineBuild(
            kind: kind, version: Version(version) ?? Version(0, 0), path: "/opt/\(kind)-\(version)", servesTLS: tls,
            bindsWhileRunning: true,
            disklessLoads: loads, parameters: parameters, deniable: deniable)
    }
}

@Suite struct EngineCatalogTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let installed: String
        let asked: String
        let expected: String?

        init(_ installed: String, _ asked: String, _ expected: String?) {
            (self.installed, self.asked, self.expected) = (installed, asked, expected)
        }

        var testDescription: String { "[\(installed)] \(asked) -> \(expected ?? "nothing")" }
    }

    static let cases: [Case] = [
        Case("", "redis 7.0", nil),
        // The same minor, whatever its patch; the highest.
        Case("redis-7.0.15", "redis 7.0", "same redis-7.0.15"),
        Case("redis-7.0.9 redis-7.0.15 redis-7.2.1", "redis 7.0", "same redis-7.0.15"),
        Case("valkey-8.0.1 valkey-8.1.8", "valkey 8.0", "same valkey-8.0.1"),
        // The nearest newer.
        Case("redis-7.0.15 redis-8.2.3", "redis 6.2", "newer redis-7.0.15"),
        Case("redis-7.0.15", "redis 2.8", "newer redis-7.0.15"),
        Case("redis-8.2.3 redis-8.2.1", "redis 7.2", "newer redis-8.2.3"),
        Case("valkey-9.1.2", "valkey 7.2", "newer valkey-9.1.2"),
        Case("valkey-8.1.8 valkey-9.1.2", "valkey 8.0", "newer valkey-8.1.8"),
        // The service's 7.1 is Redis 7.0.
        Case("redis-7.0.15", "redis 7.1", "same redis-7.0.15"),
        Case("redis-6.2.14", "redis 7.1", nil),
        Case("redis-7.2.4", "redis 7.1", "newer redis-7.2.4"),
        // An old Redis on Valkey, but only when no Redis will do.
        Case("valkey-9.1.2 valkey-8.0.1", "redis 7.0", "otherEngine valkey-8.0.1"),
        Case("valkey-9.1.2 redis-6.2.14", "redis 6.2", "same redis-6.2.14"),
        Case("valkey-7.2.5 redis-8.2.3", "redis 6.2", "newer redis-8.2.3"),
        Case("valkey-9.1.2 redis-6.2.14", "redis 7.0", "otherEngine valkey-9.1.2"),
        Case("valkey-9.1.2", "redis 7.2", "otherEngine valkey-9.1.2"),
        Case("valkey-9.1.2", "redis 3.2", "otherEngine valkey-9.1.2"),
        // Never an older one, never Valkey's versions on Redis, never a newer Redis on Valkey.
        Case("redis-6.2.14", "redis 7.0", nil),
        Case("valkey-8.0.1", "valkey 8.1", nil),
        Case("redis-8.2.3", "valkey 7.2", nil),
        Case("valkey-9.1.2", "redis 7.4", nil),
        Case("valkey-9.1.2", "redis 8.0", nil),
        // With TLS.
        Case("redis-7.0.15+tls redis-6.2.14", "redis 6.2 tls", "newer redis-7.0.15"),
        Case("redis-7.0.15 valkey-8.0.1+tls", "redis 7.0 tls", "otherEngine valkey-8.0.1"),
        Case("redis-7.0.15", "redis 7.0 tls", nil),
    ]

    @Test(arguments: cases) func choice(_ sample: Case) throws {
        let builds = sample.installed.split(separator: " ").map { item in
            let parts = item.split(separator: "+")
            let name = parts[0].split(separator: "-")
            return EngineBuild.sample(EngineBuild.Kind(rawValue: String(name[0]))!, String(name[1]), tls: parts.count > 1)
        }
        let asked = sample.asked.split(separator: " ")
        let version = try #require(EngineBuild.Version(String(asked[1])))
        let choice = EngineCatalog(builds: builds).choose(
            try #require(EngineBuild.Kind(rawValue: String(asked[0]))), major: version.major, minor: version.minor,
            needsTLS: asked.count > 2)
        #expect(choice.map { "\($0.fit.rawValue) \($0.build.kind.rawValue)-\($0.build.version)" } == sample.expected)
    }

    @Test(arguments: [("7.0.15", "7.0.15"), ("7.0", "7.0.0"), ("8.1-rc1", "8.1.0"), ("9.0.0-rc2", "9.0.0"), ("6.2.912183", "6.2.912183")])
    func versions(_ text: String, _ expected: String) {
        #expect(EngineBuild.Version(text)?.description == expected)
    }

    @Test(arguments: ["", "7", "v7.0", "seven.zero", "7.x"]) func noVersions(_ text: String) {
        #expect(EngineBuild.Version(text) == nil)
    }
}
