import Testing

@testable import Engine

@Suite struct MemcachedBuildTests {
    private static let help = """
        memcached 1.6.18
        -p, --port=<num>          TCP port to listen on (default: 11211)
        -Z, --enable-ssl          enable TLS/SSL
        -o, --extended            comma separated list of extended options
                                  most options have a 'no_' prefix to disable
           - maxconns_fast:       immediately close new connections after limit (default: enabled)
           - no_lru_crawler:      disable LRU Crawler background thread.
           - modern:              enables options which will be default in future.
           - External storage (ext_*) related options (see: https://memcached.org/extstore)
        """

    @Test func aBuildSaysWhatItIs() throws {
        let build = try #require(MemcachedBuild(help: Self.help, path: "/m"))
        #expect(build.version == EngineBuild.Version(1, 6, 18))
        #expect(build.servesTLS)
        #expect(build.extendedOptions == ["maxconns_fast", "lru_crawler", "modern"])
    }

    @Test(arguments: ["", "usage: something", "memcached", "memcached of old"])
    func whatIsNoHelpIsNoBuild(_ help: String) {
        #expect(MemcachedBuild(help: help, path: "/m") == nil)
    }

    @Test(
        arguments: [
            (1, 4, "1.5.22"), (1, 5, "1.5.22"), (1, 6, "1.6.18"), (1, 7, nil), (2, 0, nil),
        ] as [(Int, Int, String?)])
    func theBuildForAVersion(_ major: Int, _ minor: Int, _ version: String?) {
        let builds = ["1.6.9", "1.5.22", "1.6.18"].compactMap { version in
            EngineBuild.Version(version).map { MemcachedBuild(version: $0, path: "/\(version)", servesTLS: false, extendedOptions: []) }
        }
        let catalog = EngineCatalog(builds: [], memcached: builds)
        #expect(catalog.chooseMemcached(major: major, minor: minor)?.version.description == version)
    }

    @Test(arguments: [("/usr/bin/memcached", true), ("/opt/memcached-1.5.22", true), ("/memcached/redis-server", false), ("", false)])
    func whichFilesAreAsked(_ path: String, _ isMeant: Bool) {
        #expect(MemcachedProbe.isMeant(by: path) == isMeant)
    }
}
