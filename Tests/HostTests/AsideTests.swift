import CacheModel
import Foundation
import Testing

@testable import Host

@Suite struct AsideTests {
    /// A process `a` and its source `b`, each with a dump that says whose it is.
    private struct Pair {
        let own: ProcessDirectory
        let source: ProcessDirectory
        var spec = ProcessSpec.sleeping("a")

        init(_ fixture: Fixture) throws {
            own = ProcessDirectory(data: fixture.data, process: "a")
            source = ProcessDirectory(data: fixture.data, process: "b")
            try own.prepare(spec)
            try source.prepare(.sleeping("b"))
            try PlainFile.write("own", to: "dump.rdb", in: own.path)
            try PlainFile.write("source", to: "dump.rdb", in: source.path)
            spec.seeds = [.init(process: "gone", file: "dump.rdb", replaces: true), .init(process: "b", file: "dump.rdb", replaces: true)]
        }

        var dump: String? { PlainFile.text(own.path + "/dump.rdb") }

        /// The contents of what is set aside, by name.
        func asides() throws -> [String: String] {
            let names = try FileManager.default.contentsOfDirectory(atPath: own.path).filter { ProcessDirectory.asideTime($0) != nil }
            return Dictionary(uniqueKeysWithValues: names.map { ($0, PlainFile.text(own.path + "/" + $0) ?? "") })
        }
    }

    @Test func aSeedThatReplacesSetsAside() async throws {
        try await Fixture.with { fixture in
            var pair = try Pair(fixture)
            let before = ProcessDirectory.now
            #expect(try pair.own.prepare(pair.spec) == [])
            #expect(pair.dump == "source")
            let asides = try pair.asides()
            #expect(Array(asides.values) == ["own"])
            let time = try #require(asides.keys.first.flatMap { ProcessDirectory.asideTime($0) })
            #expect(time >= before && time <= ProcessDirectory.now)

            // Again: the same copy, and what was there is kept beside what was kept before.
            try pair.own.prepare(pair.spec)
            #expect(pair.dump == "source")
            #expect(try pair.asides().values.sorted() == ["own", "source"])

            // One that doesn't replace is not looked at, wherever it stands.
            pair.spec.seeds = [.init(process: "b", file: "dump.rdb"), .init(process: "gone", file: "dump.rdb", replaces: true)]
            try PlainFile.write("newer", to: "dump.rdb", in: pair.source.path)
            #expect(try pair.own.prepare(pair.spec) == ["dump.rdb"])
            #expect(pair.dump == "source")
        }
    }

    @Test func withoutASourceItsOwnStays() async throws {
        try await Fixture.with { fixture in
            let pair = try Pair(fixture)
            try pair.source.remove()
            #expect(try pair.own.prepare(pair.spec) == ["dump.rdb"])
            #expect(pair.dump == "own")
            #expect(try pair.asides().isEmpty)
            unlink(pair.own.path + "/dump.rdb")
            #expect(throws: HostError.system("seed dump.rdb of gone, b", code: ENOENT)) { try pair.own.prepare(pair.spec) }
        }
    }

    /// As an end in between leaves it: the files of the directory (nil: none of that name), and what must be kept.
    @Test(
        arguments: [
            // While it was copied.
            (["dump.rdb": "own", ".dump.rdb.seed": "sou"], ["own"]),
            (["dump.rdb": "own", ".dump.rdb.seed": "source"], ["own"]),
            // The copy has the name that its own will have.
            (["dump.rdb": "own", "dump.rdb.aside-9": "source"], ["own", "source"]),
            // They have changed places.
            (["dump.rdb": "source", "dump.rdb.aside-9": "own"], ["own", "source"]),
            // Where they can't in one step.
            (["dump.rdb": nil, "dump.rdb.aside-9": "source", "dump.rdb.aside-9-2": "own"], ["own", "source"]),
        ] as [([String: String?], [String])])
    func anEndInBetweenLosesNothing(files: [String: String?], kept: [String]) async throws {
        try await Fixture.with { fixture in
            let pair = try Pair(fixture)
            for (name, contents) in files {
                unlink(pair.own.path + "/" + name)
                if let contents { try PlainFile.write(contents, to: name, in: pair.own.path) }
            }
            try pair.own.prepare(pair.spec)
            #expect(pair.dump == "source")
            #expect(try pair.asides().values.sorted() == kept)
            #expect(!exists(pair.own.path + "/.dump.rdb.seed"))
        }
    }

    @Test(arguments: [true, false]) func directoriesAreReplacedToo(inOneStep: Bool) async throws {
        try await Fixture.with { fixture in
            let pair = try Pair(fixture)
            for (directory, contents) in [(pair.own, "own"), (pair.source, "source")] {
                mkdir(directory.path + "/log", 0o700)
                try PlainFile.write(contents, to: contents, in: directory.path + "/log")
            }
            if inOneStep {
                var spec = pair.spec
                spec.seeds = [.init(process: "b", file: "log", replaces: true)]
                try pair.own.prepare(spec)
            } else {
                try FileManager.default.copyItem(atPath: pair.source.path + "/log", toPath: pair.own.path + "/draft")
                try pair.own.put(pair.own.path + "/draft", inPlaceOf: "log", at: 9) { _, _ in
                    errno = EINVAL
                    return -1
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: pair.own.path + "/log") == ["source"])
            let aside = try #require(try pair.asides().keys.first)
            #expect(try pair.asides().count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: pair.own.path + "/" + aside) == ["own"])
        }
    }

    @Test func whatIsSetAsideIsGoneBeforeTheSeeds() async throws {
        try await Fixture.with { fixture in
            var pair = try Pair(fixture)
            mkdir(pair.own.path + "/appendonlydir", 0o700)
            try PlainFile.write("x", to: "x", in: pair.own.path + "/appendonlydir")
            pair.spec.setAside = ["dump.rdb", "appendonlydir", "nodes.conf"]
            pair.spec.seeds = [.init(process: "b", file: "dump.rdb")]
            try pair.own.prepare(pair.spec)
            #expect(pair.dump == "source" && !exists(pair.own.path + "/appendonlydir"))
            let names = try pair.asides().keys.sorted()
            #expect(names.count == 2 && names[0].hasPrefix("appendonlydir.aside-") && exists(pair.own.path + "/\(names[0])/x"))
            #expect(PlainFile.text(pair.own.path + "/" + names[1]) == "own")
            // Nothing else is done where a name leads out.
            pair.spec.setAside = ["dump.rdb", "../b"]
            #expect(throws: HostError.self) { try pair.own.prepare(pair.spec) }
            #expect(pair.dump == "source")
            #expect(try pair.asides().count == 2)
        }
    }

    /// It is to go, and another takes its place: what came is not what goes.
    @Test func aLogIsReplacedByAnothers() async throws {
        try await Fixture.with { fixture in
            var pair = try Pair(fixture)
            for (directory, name) in [(pair.own, "own"), (pair.source, "source")] {
                mkdir(directory.path + "/appendonlydir", 0o700)
                try PlainFile.write(name, to: name, in: directory.path + "/appendonlydir")
            }
            pair.spec.seeds = [.init(process: "b", file: "appendonlydir", replaces: true)]
            pair.spec.setAside = ["appendonlydir", "appendonly.aof"]
            try pair.own.prepare(pair.spec)
            #expect(try FileManager.default.contentsOfDirectory(atPath: pair.own.path + "/appendonlydir") == ["source"])
            let aside = try #require(try pair.asides().keys.first)
            #expect(try pair.asides().count == 1 && exists(pair.own.path + "/\(aside)/own"))
            #expect(pair.dump == "own")
        }
    }

    /// Two files are to be replaced, one is to go, and the copy of the second can't be made.
    @Test func aCopyThatFailsLeavesTheDirectoryAsItWas() async throws {
        try await Fixture.with { fixture in
            var pair = try Pair(fixture)
            mkdir(pair.own.path + "/appendonlydir", 0o700)
            try PlainFile.write("x", to: "x", in: pair.own.path + "/appendonlydir")
            try PlainFile.write("own", to: "nodes.conf", in: pair.own.path)
            // Nobody can read through a link to itself.
            let unreadable = fixture.data.directory(of: "c")
            try FileManager.default.createSymbolicLink(atPath: unreadable, withDestinationPath: "c")
            defer { unlink(unreadable) }
            pair.spec.seeds.append(.init(process: "c", file: "nodes.conf", replaces: true))
            pair.spec.setAside = ["appendonlydir", "appendonly.aof"]
            let before = try FileManager.default.contentsOfDirectory(atPath: pair.own.path).sorted()
            #expect(throws: HostError.self) { try pair.own.prepare(pair.spec) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: pair.own.path).sorted() == before)
            #expect(pair.dump == "own" && PlainFile.text(pair.own.path + "/nodes.conf") == "own")
            #expect(PlainFile.text(pair.own.path + "/appendonlydir/x") == "x")
            // What is to go and can't be replaced stays, too.
            pair.spec.seeds = [.init(process: "gone", file: "dump.rdb")]
            pair.spec.setAside = ["dump.rdb", "appendonlydir"]
            #expect(throws: HostError.self) { try pair.own.prepare(pair.spec) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: pair.own.path).sorted() == before)
        }
    }

    @Test func noNameIsTakenTwice() async throws {
        try await Fixture.with { fixture in
            let pair = try Pair(fixture)
            for contents in ["1", "2", "3"] {
                try PlainFile.write(contents, to: "dump.rdb", in: pair.own.path)
                try pair.own.setAside(["dump.rdb"], at: 50)
            }
            #expect(try pair.asides() == ["dump.rdb.aside-50": "1", "dump.rdb.aside-50-2": "2", "dump.rdb.aside-50-3": "3"])
        }
    }

    @Test(
        arguments: [
            ("dump.rdb.aside-50", 50), ("dump.rdb.aside-50-2", 50), ("a.aside-1.aside-50", 50), ("dump.rdb", nil), (".aside-50", nil),
            ("dump.rdb.aside-", nil), ("dump.rdb.aside-50-", nil), ("dump.rdb.aside--50", nil), ("dump.rdb.aside-50-2-3", nil),
            ("dump.rdb.aside-5x", nil), ("dump.rdb.aside-99999999999999999999", nil),
        ] as [(String, Int64?)])
    func namesOfWhatIsSetAside(name: String, time: Int64?) {
        #expect(ProcessDirectory.asideTime(name) == time)
    }

    @Test func aDayLaterItIsRemoved() async throws {
        try await Fixture.with { fixture in
            let pair = try Pair(fixture)
            let now = ProcessDirectory.now
            for name in [
                "a.aside-\(now - 86_500)", "a.aside-\(now - 86_500)-2", "a.aside-\(now - 3600)", "a.aside-\(now + 99)", "a.aside-x",
            ] {
                try PlainFile.write("", to: name, in: pair.own.path)
                try PlainFile.write("", to: name, in: pair.source.path)
            }
            mkdir(pair.own.path + "/log.aside-1", 0o700)
            try PlainFile.write("x", to: "x", in: pair.own.path + "/log.aside-1")
            // The agent does it at its start, and not for those that no spec speaks of.
            try await fixture.withAgent {
                try await fixture.put(.sleeping("a"))
                _ = try await fixture.running("a")
            }
            try await fixture.withAgent {
                try await eventually { !exists(pair.own.path + "/log.aside-1") && !exists(pair.own.path + "/a.aside-\(now - 86_500)") }
            }
            #expect(try pair.asides().keys.sorted() == ["a.aside-\(now - 3600)", "a.aside-\(now + 99)"])
            #expect(exists(pair.own.path + "/a.aside-x") && pair.dump == "own")
            #expect(exists(pair.source.path + "/a.aside-\(now - 86_500)"))
        }
    }

    @Test func longLogsAreTurned() async throws {
        try await Fixture.with { fixture in
            let directory = try Pair(fixture).own
            for (log, size) in [("output.log", ProcessDirectory.longestLog + 1), ("engine.log", ProcessDirectory.longestLog)] {
                try PlainFile.write(log, to: log, in: directory.path)
                try PlainFile.write("older", to: log + ".1", in: directory.path)
                #expect(truncate(directory.path + "/" + log, size) == 0)
            }
            try directory.prepare(.sleeping("a"))
            #expect(!exists(directory.output) && PlainFile.size(directory.output + ".1") == ProcessDirectory.longestLog + 1)
            #expect(PlainFile.size(directory.path + "/engine.log") == ProcessDirectory.longestLog)
            #expect(PlainFile.text(directory.path + "/engine.log.1") == "older")
        }
    }
}
