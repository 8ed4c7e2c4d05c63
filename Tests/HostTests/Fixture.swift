import CHost
import CacheModel
import Foundation
import Logging
import Sealing
import Store
import Synchronization

@testable import Host

struct DeadlinePassed: Error {}

/// A data directory and a store of one test, with agents that come and go.
struct Fixture: Sendable {
    let data: DataDirectory
    let keys = TestKeys()
    let memory = MemoryStore()
    let store: any Store
    let logger: Logger

    static func with(forgetful: Bool = false, _ body: (Fixture) async throws -> Void) async throws {
        let fixture = try Fixture(forgetful: forgetful)
        let result: Result<Void, any Error>
        do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
        _ = try await HostAgent.stopAll(dataDirectory: fixture.data, store: fixture.store, logger: fixture.logger, deadline: .zero)
        try FileManager.default.removeItem(atPath: fixture.data.path)
        try fixture.data.memory?.remove()
        try result.get()
    }

    private init(forgetful: Bool) throws {
        var data = try DataDirectory(creating: NSTemporaryDirectory() + "host-tests-\(UUID().uuidString)")
        data.memory = try MemoryDirectory(creatingIn: "/dev/shm", for: data, isForOnce: true)
        self.data = data
        store = forgetful ? ForgetfulStore(memory: memory) : memory
        var logger = Logger(label: "host-tests")
        logger.logLevel = ProcessInfo.processInfo.environment["HOST_TEST_LOG"] == nil ? .critical : .trace
        self.logger = logger
    }

    /// Runs an agent for as long as the body takes, then lets it go as a server that ends does.
    func withAgent<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let agent = HostAgent(dataDirectory: data, store: store, keys: keys, logger: logger)
            group.addTask { try await agent.run() }
            let value = try await body()
            group.cancelAll()
            try await group.waitForAll()
            return value
        }
    }

    func put(_ specs: ProcessSpec...) async throws {
        try await put(specs)
    }

    func put(_ specs: [ProcessSpec]) async throws {
        let writes = try specs.map { Transaction.Write.put(key: ProcessSpec.key($0.id), value: try ProcessRecords.encode($0)) }
        try await store.commit(Transaction(writes: writes))
    }

    func put(_ status: ProcessStatus) async throws {
        let value = try ProcessRecords.encode(status)
        try await store.commit(Transaction(writes: [.put(key: ProcessStatus.key(status.id), value: value)]))
    }

    func delete(_ key: String) async throws {
        try await store.commit(Transaction(writes: [.delete(key: key)]))
    }

    /// The process's status as soon as it is as wanted.
    @discardableResult
    func status(
        _ id: String, within limit: Duration = .seconds(10), where isWanted: @escaping @Sendable (ProcessStatus) -> Bool
    ) async throws -> ProcessStatus {
        try await deadline(limit) { [store] in
            let key = ProcessStatus.key(id)
            let (records, revision) = try await store.list(prefix: key)
            if let record = records.first(where: { $0.key == key }) {
                let status = try ProcessRecords.status(record.value)
                if isWanted(status) { return status }
            }
            for await change in await store.watch(prefix: key, after: revision) {
                for case .put(key, let value) in change.writes {
                    let status = try ProcessRecords.status(value)
                    if isWanted(status) { return status }
                }
            }
            throw DeadlinePassed()
        }
    }

    func running(_ id: String, incarnation: Int = 1) async throws -> ProcessStatus.Identity {
        let status = try await status(id) { $0.incarnation == incarnation && $0.identity != nil }
        guard let identity = status.identity else { throw DeadlinePassed() }
        return identity
    }

    func exited(_ id: String, incarnation: Int = 1) async throws -> String {
        let status = try await status(id) { $0.incarnation == incarnation && $0.exitDetail != nil }
        return status.exitDetail ?? ""
    }

    /// Starts a program in the process's directory as a child of nobody here, in a session of its own. Returns its number.
    func spawnStranger(in process: String, _ command: String) throws -> Int32 {
        try FileManager.default.createDirectory(atPath: data.directory(of: process), withIntermediateDirectories: true)
        let note = data.path + "/stranger-" + UUID().uuidString
        let script = "/usr/bin/setsid \(command) </dev/null >/dev/null 2>&1 & echo $!"
        let words: [String] = ["sh", "-c", script]
        let arguments = words.map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        var shell: pid_t = 0
        let environment: [UnsafeMutablePointer<CChar>?] = [nil]
        guard chost_spawn("/bin/sh", arguments + [nil], environment, data.directory(of: process), note, &shell) == 0 else {
            throw DeadlinePassed()
        }
        waitpid(shell, nil, 0)
        let text = PlainFile.text(note) ?? ""
        guard let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) else { throw DeadlinePassed() }
        return pid
    }
}

/// Polls for something that nobody tells of.
func eventually(_ limit: Duration = .seconds(10), _ isTrue: @escaping @Sendable () -> Bool) async throws {
    try await deadline(limit) {
        while !isTrue() {
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

func deadline<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlinePassed()
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw DeadlinePassed() }
        return value
    }
}

extension ProcessStatus {
    var identity: Identity? {
        if case .running(let identity) = phase { identity } else { nil }
    }

    var exitDetail: String? {
        if case .exited(let detail) = phase { detail } else { nil }
    }

    var refusal: Refusal? {
        if case .refused(let refusal, _) = phase { refusal } else { nil }
    }
}

extension ProcessSpec {
    static func sleeping(_ id: String, incarnation: Int = 1, goal: Goal = .running, stopGrace: Double = 10) -> ProcessSpec {
        ProcessSpec(
            id: id, incarnation: incarnation, goal: goal, executable: "/bin/sleep", arguments: ["300"], stopGrace: stopGrace)
    }

    static func shell(_ id: String, incarnation: Int = 1, _ script: String, stopGrace: Double = 10) -> ProcessSpec {
        ProcessSpec(id: id, incarnation: incarnation, executable: "/bin/sh", arguments: ["-c", script], stopGrace: stopGrace)
    }

    func with(goal: Goal, incarnation: Int? = nil) -> ProcessSpec {
        var copy = self
        copy.goal = goal
        copy.incarnation = incarnation ?? self.incarnation
        return copy
    }
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

func isAlive(_ identity: ProcessStatus.Identity) -> Bool {
    guard let entry = ProcessTable.entry(identity.pid) else { return false }
    return entry.startTime == identity.startTime && !entry.isZombie
}

/// An address and port of 127.78.0.0/16 that no other test uses.
func freeListen() -> ProcessSpec.Listen {
    let number = nextAddress.withLock { next in
        next += 1
        return next
    }
    let host = (number + Int(getpid()) * 64) % 65_000 + 1
    return ProcessSpec.Listen(address: "127.78.\(host / 256).\(host % 256)", port: 20_000 + Int(getpid()) % 10_000)
}

private let nextAddress = Mutex(0)

/// A store whose watches of specs end after their first change, as those of a watcher that fell behind do.
private struct ForgetfulStore: Store {
    let memory: MemoryStore

    func get(_ key: String) async throws(StoreError) -> Record? { try await memory.get(key) }
    func list(prefix: String) async throws(StoreError) -> (records: [Record], revision: Int64) { try await memory.list(prefix: prefix) }
    func commit(_ transaction: Transaction) async throws(StoreError) -> Int64 { try await memory.commit(transaction) }

    func watch(prefix: String, after revision: Int64) async -> AsyncStream<Change> {
        let changes = await memory.watch(prefix: prefix, after: revision)
        guard prefix == ProcessSpec.keyPrefix else { return changes }
        let first = First(changes)
        return AsyncStream { await first.next() }
    }

    private final class First: Sendable {
        private let changes: AsyncStream<Change>
        private let isTaken = Mutex(false)

        init(_ changes: AsyncStream<Change>) {
            self.changes = changes
        }

        func next() async -> Change? {
            let isOver = isTaken.withLock { taken in
                defer { taken = true }
                return taken
            }
            guard !isOver else { return nil }
            var iterator = changes.makeAsyncIterator()
            return await iterator.next()
        }
    }
}
