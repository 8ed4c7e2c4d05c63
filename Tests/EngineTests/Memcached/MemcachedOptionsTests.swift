import Testing

@testable import Engine

@Suite struct MemcachedOptionsTests {
    private static let build = MemcachedBuild(
        version: EngineBuild.Version(1, 6, 18), path: "/m", servesTLS: false,
        extendedOptions: ["hash_algorithm", "idle_timeout", "lru_crawler", "maxconns_fast", "modern"])

    private func arguments(_ parameters: [String: String], chosen: Set<String> = [], limit: Int = 100_000) -> String {
        MemcachedOptions(address: "127.0.0.9", port: 11_211, parameters: parameters, chosen: chosen, connectionLimit: limit)
            .arguments(for: Self.build).joined(separator: " ")
    }

    @Test(
        arguments: [
            ([:], "-m 64 -c 1024"),
            (["max_cache_memory": "512", "memcached_connections_overhead": "100"], "-m 412 -c 1024"),
            (["max_cache_memory": "50", "memcached_connections_overhead": "100"], "-m 8 -c 1024"),
            (["max_simultaneous_connections": "65000"], "-m 64 -c 65000"),
            (["max_item_size": "2097152", "chunk_size": "96", "num_threads": "2"], "-m 64 -c 1024 -n 96 -I 2097152 -t 2"),
            (["cas_disabled": "1", "error_on_memory_exhausted": "1", "large_memory_pages": "0"], "-m 64 -c 1024 -C -M"),
            (["backlog_queue_limit": "512", "binding_protocol": "ascii"], "-m 64 -c 1024 -b 512 -B ascii"),
        ] as [([String: String], String)])
    func parametersAreArguments(_ parameters: [String: String], _ words: String) {
        #expect(arguments(parameters) == "-u root -l 127.0.0.9 -p 11211 -U 0 " + words)
    }

    @Test func noMoreClientsThanThereMayBe() {
        #expect(arguments(["max_simultaneous_connections": "65000"], limit: 900).hasSuffix("-c 900"))
    }

    @Test(
        arguments: [
            (["idle_timeout": "30"], "-o idle_timeout=30"),
            (["slab_automove": "1"], "-o slab_automove=1"),
            (["hashpower_init": "20"], ""),
            (["lru_crawler": "1"], "-o lru_crawler"),
            (["maxconns_fast": "0"], "-o no_maxconns_fast"),
            (["modern": "0"], ""),
            (["no_modern": "1"], "-o no_modern"),
            (["expirezero_does_not_evict": "1"], ""),
            (["hash_algorithm": "murmur3", "slab_reassign": "0"], "-o hash_algorithm=murmur3,no_slab_reassign"),
        ] as [([String: String], String)])
    func whatSomebodyChoseAndTheBuildKnows(_ parameters: [String: String], _ words: String) {
        let chosen = arguments(parameters, chosen: Set(parameters.keys))
        #expect(chosen == "-u root -l 127.0.0.9 -p 11211 -U 0 -m 64 -c 1024" + (words.isEmpty ? "" : " \(words)"))
        // What nobody chose is the engine's own.
        #expect(!arguments(parameters).contains("-o"))
    }
}
