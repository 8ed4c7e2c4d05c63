import Testing

@testable import Engine

@Suite struct MemcachedTrialTests {
    typealias Case = (chosen: [String: String], refused: Set<String>)

    private func options(_ chosen: [String: String]) -> MemcachedOptions {
        MemcachedOptions(
            addresses: [""], port: 11_211, parameters: ["max_cache_memory": "512", "max_item_size": "1048576"].merging(chosen) { $1 },
            chosen: Set(chosen.keys), connectionLimit: 1000)
    }

    // MARK: Which of several it was

    private static let three = MemcachedOptions(
        addresses: [""], port: 1, parameters: ["a": "1", "b": "1", "c": "1"], chosen: ["a", "b", "c"], connectionLimit: 9)

    @Test(
        arguments: [
            ([], [], []), (["a"], [], ["a"]), (["a", "b"], [], ["a", "b"]), (["a", "b", "c"], [], ["a", "b", "c"]),
            // What is refused only together: the last of them.
            ([], [["b", "c"]], ["c"]), (["a"], [["b", "c"]], ["a", "c"]), ([], [["a", "b"], ["a", "c"]], ["b", "c"]),
        ] as [(Set<String>, [Set<String>], Set<String>)])
    func itIsFoundOutWhichItIs(_ bad: Set<String>, _ badTogether: [Set<String>], _ expected: Set<String>) async {
        let refused = await MemcachedTrial.refusals(of: Self.three, otherwise: [:]) { options in
            let isRefused = !options.chosen.isDisjoint(with: bad) || badTogether.contains { $0.isSubset(of: options.chosen) }
            return isRefused ? .ends("no") : .runs
        }
        #expect(refused.map { Set($0.keys) } == expected)
    }

    @Test func oneIsTakenOnlyBesideAnother() async {
        let refused = await MemcachedTrial.refusals(of: Self.three, otherwise: [:]) { options in
            options.chosen.contains("b") || options.chosen.contains("a") && !options.chosen.contains("c") ? .ends("no") : .runs
        }
        #expect(refused == ["b": "no"])
    }

    @Test func whoCannotBeAskedIsNotDecidedAbout() async {
        let all = MemcachedOptions(addresses: [""], port: 1, parameters: ["a": "1"], chosen: ["a"], connectionLimit: 9)
        #expect(await MemcachedTrial.refusals(of: all, otherwise: [:]) { _ in nil } == nil)
    }

    @Test func theReasonIsItsLastLine() {
        #expect(
            MemcachedTrial.lastWords("warning\nslab class   1: chunk size 96\nFactor must be greater than 1\nslab class 2\n\n")
                == "Factor must be greater than 1")
        #expect(MemcachedTrial.lastWords("") == "it ended and said nothing")
    }

    // MARK: A real engine

    @Test(
        .enabled(if: MemcachedConnectionTests.path != nil),
        arguments: [
            ([:], []),
            (["chunk_size_growth_factor": "1.5", "idle_timeout": "30", "lru_crawler": "1"], []),
            // Half of the memory is the most.
            (["max_item_size": "1073741824"], ["max_item_size"]),
            (["max_item_size": "600000", "idle_timeout": "30"], ["max_item_size"]),
            // Together they are one that divides the other.
            (["max_item_size": "524288", "slab_chunk_max": "262144"], []),
        ] as [Case])
    func whatABuildTakes(_ example: Case) async throws {
        let build = try await MemcachedProbe(path: try #require(MemcachedConnectionTests.path)).build()
        let refused = try #require(
            await MemcachedTrial.refusals(of: options(example.chosen), otherwise: ["max_item_size": "1048576"], by: build))
        #expect(Set(refused.keys) == example.refused)
        #expect(refused.values.allSatisfy { $0.contains("item") })
    }

    @Test func aFileThatIsNoEngineCannotBeAsked() async {
        let build = MemcachedBuild(version: EngineBuild.Version(1, 6, 18), path: "/nowhere", servesTLS: false, extendedOptions: [])
        #expect(await MemcachedTrial.refusals(of: options(["chunk_size": "96"]), otherwise: [:], by: build) == nil)
    }
}
