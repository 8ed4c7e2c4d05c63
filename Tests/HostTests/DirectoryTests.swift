import CacheModel
import Foundation
import Testing

@testable import Host

@Suite struct DirectoryTests {
    private func mode(_ path: String) -> mode_t {
        var facts = stat()
        return stat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0
    }

    private func text(_ path: String) -> String? { PlainFile.text(path) }

    @Test func aDataDirectoryIsClosedToOthers() throws {
        let base = NSTemporaryDirectory() + "host-tests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: base) }
        let data = try DataDirectory(creating: base + "/a/b")
        #expect(mode(data.path) == 0o700 && mode(data.nodes) == 0o700)
        chmod(data.path, 0o755)
        _ = try DataDirectory(creating: data.path)
        #expect(mode(data.path) == 0o700)
        // A directory that serves something else keeps its rights.
        let foreign = base + "/foreign"
        try FileManager.default.createDirectory(atPath: foreign + "/photos", withIntermediateDirectories: true)
        chmod(foreign, 0o755)
        #expect(throws: HostError.notADataDirectory(path: foreign)) { try DataDirectory(creating: foreign) }
        #expect(mode(foreign) == 0o755)
    }

    @Test func onlyOneServerHoldsTheLock() async throws {
        let data = try DataDirectory(creating: NSTemporaryDirectory() + "host-tests-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(atPath: data.path) }
        #expect(data.holder() == nil)
        do {
            let lock = try data.lock()
            #expect(data.holder() == getpid())
            let refusal = HostError.dataDirectoryInUse(path: data.path, pid: getpid())
            #expect(throws: refusal) { try data.lock() }
            #expect(refusal.description.contains("process \(getpid())"))
            withExtendedLifetime(lock) {}
        }
        // A process that another test is starting may hold a copy of the descriptor until it runs its program.
        try await eventually { data.holder() == nil }
        _ = try data.lock()
    }

    @Test func filesAndSeeds() async throws {
        try await Fixture.with { fixture in
            let source = ProcessDirectory(data: fixture.data, process: "old")
            try source.prepare(.sleeping("old"))
            try PlainFile.write("saved", to: "dump.rdb", in: source.path)
            #expect(source.status(1, .stopped).hasSavedData)
            try FileManager.default.createDirectory(atPath: source.path + "/appendonlydir", withIntermediateDirectories: true)
            try PlainFile.write("log", to: "base.aof", in: source.path + "/appendonlydir")

            var spec = ProcessSpec.sleeping("new")
            spec.files = [.init(name: "engine.conf", contents: "a"), .init(name: "nodes.conf", contents: "a", policy: .ifAbsent)]
            spec.seeds = [.init(process: "old", file: "dump.rdb"), .init(process: "old", file: "appendonlydir")]
            let directory = ProcessDirectory(data: fixture.data, process: "new")
            try directory.prepare(spec)
            #expect(mode(directory.path) == 0o700 && mode(directory.path + "/engine.conf") == 0o600)
            #expect(text(directory.path + "/dump.rdb") == "saved" && directory.status(1, .stopped).hasSavedData)
            #expect(text(directory.path + "/appendonlydir/base.aof") == "log")

            spec.files = [.init(name: "engine.conf", contents: "b"), .init(name: "nodes.conf", contents: "b", policy: .ifAbsent)]
            try PlainFile.write("newer", to: "dump.rdb", in: directory.path)
            try directory.prepare(spec)
            #expect(text(directory.path + "/engine.conf") == "b" && text(directory.path + "/nodes.conf") == "a")
            #expect(text(directory.path + "/dump.rdb") == "newer")
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
            #expect(names == ["appendonlydir", "dump.rdb", "engine.conf", "nodes.conf"])

            try directory.remove()
            try directory.remove()
            #expect(!exists(directory.path))
        }
    }

    @Test func ofSeveralSeedsTheFirstThatIsThereIsTaken() async throws {
        try await Fixture.with { fixture in
            for id in ["second", "third"] {
                let source = ProcessDirectory(data: fixture.data, process: id)
                try source.prepare(.sleeping(id))
                try PlainFile.write(id, to: "dump.rdb", in: source.path)
            }
            try PlainFile.write("acl", to: "users.acl", in: fixture.data.directory(of: "third"))
            var spec = ProcessSpec.sleeping("new")
            spec.seeds = [
                .init(process: "first", file: "dump.rdb"), .init(process: "second", file: "dump.rdb"),
                .init(process: "third", file: "users.acl"), .init(process: "third", file: "dump.rdb"),
            ]
            let directory = ProcessDirectory(data: fixture.data, process: "new")
            try directory.prepare(spec)
            #expect(text(directory.path + "/dump.rdb") == "second" && text(directory.path + "/users.acl") == "acl")
            // What is there is left alone, whatever has become of the sources.
            for id in ["second", "third"] { try ProcessDirectory(data: fixture.data, process: id).remove() }
            try directory.prepare(spec)
            #expect(text(directory.path + "/dump.rdb") == "second")
            // Without the file and without a source there is no start.
            unlink(directory.path + "/dump.rdb")
            #expect(throws: HostError.self) { try directory.prepare(spec) }
        }
    }

    @Test func aSourceThatCannotBeReadIsNotPassedOver() async throws {
        try await Fixture.with { fixture in
            let source = ProcessDirectory(data: fixture.data, process: "older")
            try source.prepare(.sleeping("older"))
            try PlainFile.write("older", to: "dump.rdb", in: source.path)
            // Nobody can read through a link to itself.
            try FileManager.default.createSymbolicLink(atPath: fixture.data.directory(of: "newer"), withDestinationPath: "newer")
            var spec = ProcessSpec.sleeping("a")
            spec.seeds = [.init(process: "newer", file: "dump.rdb"), .init(process: "older", file: "dump.rdb")]
            #expect(throws: HostError.self) { try ProcessDirectory(data: fixture.data, process: "a").prepare(spec) }
            unlink(fixture.data.directory(of: "newer"))
        }
    }

    @Test(arguments: ["", "..", "a/b", "../x", "a\0b"])
    func namesDontLeadOut(name: String) async throws {
        try await Fixture.with { fixture in
            var spec = ProcessSpec.sleeping("a")
            spec.files = [.init(name: name, contents: "")]
            let directory = ProcessDirectory(data: fixture.data, process: "a")
            #expect(throws: HostError.self) { try directory.prepare(spec) }
        }
        #expect(!ProcessDirectory.isProcessName(name))
    }

    @Test func appendOnlyDataCountsAsSaved() async throws {
        try await Fixture.with { fixture in
            let directory = ProcessDirectory(data: fixture.data, process: "a")
            try directory.prepare(.sleeping("a"))
            #expect(!directory.status(1, .stopped).hasSavedData)
            mkdir(directory.path + "/appendonlydir", 0o700)
            #expect(!directory.status(1, .stopped).hasSavedData)
            try PlainFile.write("", to: "x", in: directory.path + "/appendonlydir")
            #expect(!directory.status(1, .stopped).hasSavedData, "without a list of its parts it is none yet")
            try PlainFile.write("", to: "appendonly.aof.manifest", in: directory.path + "/appendonlydir")
            #expect(directory.status(1, .stopped).hasSavedData)
        }
    }

    @Test func theLastWordsHoldNoSecret() {
        let text = "1\n2\n3\n*** FATAL CONFIG FILE ERROR ***\nReading the configuration file, at line 3\n>>> 'requirepass hunter2'\nBad\n"
        let tail = LogTail.lastLines(of: Array(text.utf8)[...])
        #expect(!tail.contains("hunter2"))
        #expect(tail.contains(">>> 'requirepass ...'") && tail.hasSuffix("Bad") && tail.hasPrefix("3"))
    }

    @Test func theLastWordsAreBounded() async throws {
        try await Fixture.with { fixture in
            let directory = ProcessDirectory(data: fixture.data, process: "a")
            try directory.prepare(.sleeping("a"))
            #expect(LogTail.read(directory: directory.path) == "")
            try PlainFile.write(String(repeating: "x", count: 5000) + "\nlast\n", to: "output.log", in: directory.path)
            #expect(LogTail.read(directory: directory.path) == "last")
        }
    }
}
