import CHost
import CacheModel
import Foundation
import Sealing
import Testing

@testable import Host

private let value = "a value that somebody looks for"

@Suite struct SealedDirectoryTests {
    private func directory(_ fixture: Fixture, _ id: String = "a") -> ProcessDirectory {
        ProcessDirectory(data: fixture.data, ProcessSpec.sleeping(id).sealed())
    }

    /// Seals all that there is to be sealed, and returns its names.
    @discardableResult
    private func sealAll(_ directory: ProcessDirectory, _ fixture: Fixture) throws -> [String] {
        let files = directory.unsealed()
        for file in files { try directory.seal(file, fixture.keys.key, while: { true }) }
        return files.map(\.name)
    }

    /// Each file under a directory, as it is on the disk.
    private func contents(under path: String) -> Data {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return names.reduce(into: Data()) { $0 += FileManager.default.contents(atPath: path + "/" + $1) ?? Data() }
    }

    @Test func whatIsSavedIsOnTheDiskSealedAndComesBack() async throws {
        try await Fixture.with { fixture in
            let directory = directory(fixture)
            let spec = ProcessSpec.sleeping("a").sealed()
            try directory.prepare(spec)
            #expect(directory.path.hasPrefix("/dev/shm/") && chost_is_in_memory(directory.path) == 1)
            try PlainFile.write(value, to: "dump.rdb", in: directory.path)
            try PlainFile.write("table of \(value)", to: "nodes.conf", in: directory.path)
            try PlainFile.write(value, to: "engine.log", in: directory.path)
            #expect(try sealAll(directory, fixture) == ["dump.rdb", "nodes.conf"])
            #expect(directory.unsealed().isEmpty)
            #expect(!contents(under: fixture.data.path).contains(Data(value.utf8)))
            // As after a restart of the machine.
            try directory.leaveMemory()
            #expect(directory.status(1, .stopped).hasSavedData)
            #expect(directory.needsKey(spec))
            #expect(throws: HostError.self) { try directory.prepare(spec) }
            try directory.prepare(spec, key: fixture.keys.key)
            #expect(PlainFile.text(directory.path + "/dump.rdb") == value)
            #expect(PlainFile.text(directory.path + "/nodes.conf") == "table of \(value)")
            #expect(directory.unsealed().isEmpty, "what was just opened is sealed again")
            #expect(!directory.needsKey(spec))
            try PlainFile.write("newer", to: "dump.rdb", in: directory.path)
            #expect(try sealAll(directory, fixture) == ["dump.rdb"])
            try directory.remove()
            #expect(!exists(directory.path) && !exists(directory.vault))
        }
    }

    @Test func whatIsSetAsideIsSealedAndLeavesMemory() async throws {
        try await Fixture.with { fixture in
            let directory = directory(fixture)
            var spec = ProcessSpec.sleeping("a").sealed()
            try directory.prepare(spec)
            try PlainFile.write("old", to: "dump.rdb", in: directory.path)
            try sealAll(directory, fixture)
            spec.setAside = ["dump.rdb"]
            try directory.prepare(spec)
            #expect(!exists(directory.path + "/dump.rdb") && !exists(directory.sealedPath(of: "dump.rdb")))
            #expect(!directory.status(1, .stopped).hasSavedData)
            try sealAll(directory, fixture)
            let names = { path in try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.contains(".aside-") } }
            #expect(try names(directory.path).isEmpty)
            let kept = try names(directory.vault)
            #expect(!kept.isEmpty && kept.allSatisfy { $0.hasSuffix(".sealed") })
            for name in kept {
                let target = directory.path + "/opened"
                try SealedFile.unseal(directory.vault + "/" + name, of: "a", "dump.rdb", to: target, fixture.keys.key)
                #expect(PlainFile.text(target) == "old")
            }
            #expect(directory.removeAsides(now: ProcessDirectory.now).isEmpty)
            #expect(try names(directory.vault) == kept)
            #expect(directory.removeAsides(now: ProcessDirectory.now + 90_000).isEmpty)
            #expect(try names(directory.vault).isEmpty)
        }
    }

    /// What was changed on the disk is never started on, and never lost: in its place is what every engine complains about.
    @Test func aFileThatWasChangedIsSetAside() async throws {
        try await Fixture.with { fixture in
            let (directory, other) = (directory(fixture), directory(fixture, "b"))
            let spec = ProcessSpec.sleeping("a").sealed()
            try other.prepare(ProcessSpec.sleeping("b").sealed())
            try PlainFile.write("of b", to: "dump.rdb", in: other.path)
            try sealAll(other, fixture)
            let spoil: [(Data) -> Data] = [
                { sealed in sealed.dropLast() }, { sealed in sealed + Data([0]) },
                { sealed in sealed.prefix(sealed.count - 3) + Data([1, 2, 3]) }, { _ in Data("REDIS0011".utf8) },
                { _ in FileManager.default.contents(atPath: other.sealedPath(of: "dump.rdb")) ?? Data() },
            ]
            for change in spoil {
                try directory.prepare(spec)
                try PlainFile.write(value, to: "dump.rdb", in: directory.path)
                try sealAll(directory, fixture)
                try directory.leaveMemory()
                let sealed = URL(fileURLWithPath: directory.sealedPath(of: "dump.rdb"))
                try change(try Data(contentsOf: sealed)).write(to: sealed)
                var complaints: [HostError] = []
                try directory.prepare(spec, key: fixture.keys.key) { complaints.append($0) }
                #expect(complaints.count == 1)
                #expect(PlainFile.text(directory.path + "/dump.rdb") == "It was spoilt on the disk.\n")
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory.vault).contains { $0.contains(".aside-") })
                try directory.remove()
            }
        }
    }

    @Test func aSeedIsOpenedWhereItsSourceIsOnlySealed() async throws {
        try await Fixture.with { fixture in
            let (source, target) = (directory(fixture, "b"), directory(fixture))
            var spec = ProcessSpec.sleeping("a").sealed()
            spec.seeds = [.init(process: "b", file: "dump.rdb", replaces: true)]
            try source.prepare(ProcessSpec.sleeping("b").sealed())
            try PlainFile.write("of b", to: "dump.rdb", in: source.path)
            try sealAll(source, fixture)
            try target.prepare(ProcessSpec.sleeping("a").sealed())
            try PlainFile.write("own", to: "dump.rdb", in: target.path)
            try source.leaveMemory()
            #expect(target.needsKey(spec))
            #expect(throws: HostError.self) { try target.prepare(spec) }
            #expect(PlainFile.text(target.path + "/dump.rdb") == "own")
            try target.prepare(spec, key: fixture.keys.key)
            #expect(PlainFile.text(target.path + "/dump.rdb") == "of b")
            #expect(try sealAll(target, fixture).count == 2)
            #expect(!contents(under: fixture.data.path).contains(Data("of b".utf8)))
        }
    }

    /// Who starts a process anew doesn't wait for what is large.
    @Test func sealingGivesWay() async throws {
        try await Fixture.with { fixture in
            let directory = directory(fixture)
            try directory.prepare(.sleeping("a").sealed())
            try PlainFile.write(String(repeating: value, count: 200_000), to: "dump.rdb", in: directory.path)
            let file = try #require(directory.unsealed().first)
            var asked = 0
            #expect(throws: HostError.interrupted) {
                try directory.seal(file, fixture.keys.key) {
                    asked += 1
                    return asked < 3
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.vault).isEmpty)
            // So does all sealing when the agent ends.
            let gate = SealGate()
            #expect(gate.changing { true })
            gate.close()
            #expect(throws: HostError.interrupted) {
                try gate.sealing { isWanted throws(HostError) in try directory.seal(file, fixture.keys.key, while: isWanted) }
            }
            try sealAll(directory, fixture)
            #expect(directory.unsealed().isEmpty)
        }
    }

    @Test func memoryThatIsNoneIsRefused() async throws {
        try await Fixture.with { fixture in
            let disk = NSHomeDirectory()
            if chost_is_in_memory(disk) == 0 {
                #expect(throws: HostError.self) { try MemoryDirectory(creatingIn: disk, for: fixture.data, isForOnce: true) }
            }
            let memory = try #require(fixture.data.memory)
            #expect(try MemoryDirectory(creatingIn: "/dev/shm", for: fixture.data, isForOnce: true) == memory)
            chmod(memory.path, 0o755)
            #expect(throws: HostError.self) { try MemoryDirectory(creatingIn: "/dev/shm", for: fixture.data, isForOnce: true) }
            chmod(memory.path, 0o700)
            try memory.note(in: fixture.data)
            #expect(MemoryDirectory(notedIn: fixture.data) == memory)
            #expect(!memory.isInUse)
            try directory(fixture).prepare(.sleeping("a").sealed())
            #expect(memory.isInUse)
        }
    }

    @Test func whatAKilledServiceLeftIsSweptAway() async throws {
        try await Fixture.with { fixture in
            let gone = try DataDirectory(creating: NSTemporaryDirectory() + "host-tests-\(UUID().uuidString)")
            let staying = try DataDirectory(creating: NSTemporaryDirectory() + "host-tests-\(UUID().uuidString)")
            let memories = [
                try MemoryDirectory(creatingIn: "/dev/shm", for: gone, isForOnce: true),
                try MemoryDirectory(creatingIn: "/dev/shm", for: staying, isForOnce: false),
            ]
            defer { for memory in memories { try? memory.remove() } }
            _ = MemoryDirectory.sweep("/dev/shm")
            #expect(memories.allSatisfy { exists($0.path) })
            for data in [gone, staying] { try FileManager.default.removeItem(atPath: data.path) }
            #expect(MemoryDirectory.sweep("/dev/shm").contains(memories[0].path))
            #expect(!exists(memories[0].path) && exists(memories[1].path))
        }
    }
}
