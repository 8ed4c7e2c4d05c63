import Testing

@testable import Engine

@Suite struct MemcachedOptionsTests {
    private static let build = MemcachedBuild(
        version: EngineBuild.Version(1, 6, 18), path: "/m", servesTLS: false,
        extendedOptions: ["hash_algorithm", "idle_timeout", "lru_crawler", "maxconns_fast", "modern"])

    private func arguments(_ parameters: [String: String], chosen: Set<String> = [], limit: Int = 100_000) -> String {
        MemcachedOptions(addresses: ["127.0.0.9"], port: 11_211, parameters: parameters, chosen: chosen, connectionLimit: limit)
            .arguments(for: Self.build).joined(separator: " ")
    }

    @Test(
        arguments: [
            ([:], "-m 64 -c 1024"),
            (["max_cache_memory": "512", "memcached_connections_overhead": "100"], "-m 412 -c 1024"),
            (["max_cache_memory": "50", "memcached_connections_overhead": "100"], "-m 8 -c 1024"),
            (["max_simultaneous_connections": "65000"], "-m 64 -c 65000"),
            (["max_item_size": "2097152", "chunk_size": "96", "num_threads": "2"], "-m 64 -c 1024 -t 2 -n 96 -I 2097152"),
            (["cas_disabled": "1", "error_on_memory_exhausted": "1", "large_memory_pages": "0"], "-m 64 -c 1024 -C -M"),
            (["num_threads": "96"], "-m 64 -c 1024 -t 64"),
            (["no_modern": "1"], "-m 64 -c 1024 -o no_modern"), (["no_modern": "0"], "-m 64 -c 1024"),
            (["modern": "0"], "-m 64 -c 1024 -o no_modern"), (["modern": "1"], "-m 64 -c 1024"),
            (["backlog_queue_limit": "512", "binding_protocol": "ascii"], "-m 64 -c 1024 -b 512 -B ascii"),
        ] as [([String: String], String)])
    func parametersAreArguments(_ parameters: [String: String], _ words: String) {
        #expect(arguments(parameters) == "-u root -l 127.0.0.9 -p 11211 -U 0 " + words)
    }

    @Test func anAddressWithColonsStandsInBrackets() {
        let both = MemcachedOptions(addresses: ["127.0.0.9", "fd00::9"], port: 1, parameters: [:], connectionLimit: 9)
        #expect(both.arguments(for: Self.build).contains("127.0.0.9,[fd00::9]"))
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
            (["expirezero_does_not_evict": "1"], ""),
            (["slab_chunk_max": "262144"], ""),
            (["hash_algorithm": "murmur3", "slab_reassign": "0"], "-o hash_algorithm=murmur3,no_slab_reassign"),
        ] as [([String: String], String)])
    func whatSomebodyChoseAndTheBuildKnows(_ parameters: [String: String], _ words: String) {
        let chosen = arguments(parameters, chosen: Set(parameters.keys))
        #expect(chosen == "-u root -l 127.0.0.9 -p 11211 -U 0 -m 64 -c 1024" + (words.isEmpty ? "" : " \(words)"))
        // What nobody chose is the engine's own.
        #expect(!arguments(parameters).contains("-o"))
    }

    @Test func anOldBuildIsToldToBeModern() {
        let old = MemcachedBuild(version: EngineBuild.Version(1, 4, 34), path: "/m", servesTLS: false, extendedOptions: ["modern"])
        func words(_ parameters: [String: String]) -> String {
            MemcachedOptions(addresses: ["a"], port: 1, parameters: parameters, connectionLimit: 9).arguments(for: old).joined(
                separator: " ")
        }
        #expect(words(["modern": "1"]).hasSuffix("-o modern"))
        #expect(!words(["modern": "0"]).contains("-o") && !words([:]).contains("-o"))
    }

    @Test func theGenerationComesBeforeWhatItSets() {
        let words = arguments(["no_modern": "1", "lru_crawler": "1", "idle_timeout": "5"], chosen: ["lru_crawler", "idle_timeout"])
        #expect(words.hasSuffix("-o no_modern,idle_timeout=5,lru_crawler"))
    }

    @Test func theOlderGenerationHasTheChunksOfTheService() {
        let build = MemcachedBuild(
            version: EngineBuild.Version(1, 6, 18), path: "/m", servesTLS: false, extendedOptions: ["modern", "slab_chunk_max"])
        func words(_ parameters: [String: String], _ chosen: Set<String>) -> String {
            MemcachedOptions(addresses: ["a"], port: 1, parameters: parameters, chosen: chosen, connectionLimit: 9).arguments(for: build)
                .joined(separator: " ")
        }
        #expect(words(["no_modern": "1", "slab_chunk_max": "524288"], []).hasSuffix("-o no_modern,slab_chunk_max=512"))
        #expect(words(["no_modern": "0", "slab_chunk_max": "262144"], ["slab_chunk_max"]).hasSuffix("-o slab_chunk_max=256"))
        #expect(!words(["no_modern": "0", "slab_chunk_max": "524288"], []).contains("-o"))
    }

    @Test func whatABuildHasNoWordFor() {
        let names: Set = ["expirezero_does_not_evict", "slab_chunk_max", "lru_crawler", "slab_reassign", "no_modern", "max_item_size"]
        let options = MemcachedOptions(
            addresses: ["a"], port: 1, parameters: Dictionary(uniqueKeysWithValues: names.map { ($0, "1") }), chosen: names,
            connectionLimit: 9)
        #expect(Set(options.unknown(to: Self.build)) == ["expirezero_does_not_evict", "slab_chunk_max"])
    }

    @Test func whatIsLeftOutHasItsOtherValue() {
        let options = MemcachedOptions(
            addresses: ["a"], port: 1, parameters: ["chunk_size": "96", "idle_timeout": "9", "cas_disabled": "1"],
            chosen: ["chunk_size", "idle_timeout"], connectionLimit: 9)
        let left = options.leavingOut(["chunk_size", "idle_timeout", "cas_disabled"], otherwise: ["chunk_size": "48"])
        #expect(left.parameters == ["chunk_size": "48", "cas_disabled": "1"] && left.chosen.isEmpty)
    }
}
