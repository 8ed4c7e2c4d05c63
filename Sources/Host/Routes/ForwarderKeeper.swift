import CacheModel
import Foundation
import Logging
import Store

/// Sees to it that a forwarder runs and answers: started when there is none, again when it ended, at most once a second, and replaced
/// when it has been silent for a while.
struct ForwarderKeeper {
    private static let pace: Duration = .seconds(1)
    /// Attempts in a row without an answer, so that one that was itself held up doesn't count for many.
    private static let leastSilences = 3

    private struct Silence {
        let start: ContinuousClock.Instant
        var attempts = 0
    }

    /// The incarnation that runs, and its spec's version.
    private struct Running: Equatable {
        let incarnation: Int
        let version: Int64
    }

    let store: any Store
    let executable: String
    let logger: Logger
    /// How long a forwarder may be silent, and how long one may be that was started here and has yet to say its first word.
    var patience: Duration = .seconds(5)
    var patienceWithStarting: Duration = .seconds(30)
    private var lastStart: ContinuousClock.Instant?
    private var isStarting = false
    private var running: Running?
    private var silence: Silence?

    init(store: any Store, executable: String, logger: Logger) {
        self.store = store
        self.executable = executable
        self.logger = logger
    }

    func startedWithin(_ time: Duration) -> Bool { lastStart.map { .now - $0 < time } ?? false }

    /// Whether it runs now.
    mutating func keepRunning() async throws -> Bool {
        let now = try await look()
        if now?.incarnation != running?.incarnation { silence = nil }
        running = now
        return now != nil
    }

    /// It answered.
    mutating func heard() {
        isStarting = false
        silence = nil
    }

    /// It runs, and an attempt that began then got no answer. After some of these it is replaced, which loses nothing: it holds no
    /// state, and its connections hang with it.
    mutating func heardNothing(since attempt: ContinuousClock.Instant) async throws {
        guard let running, !Task.isCancelled else { return }
        var silence = silence ?? Silence(start: attempt)
        silence.attempts += 1
        self.silence = silence
        let limit = isStarting ? patienceWithStarting : patience
        guard silence.attempts >= Self.leastSilences, .now - silence.start >= limit else { return }
        logger.warning(
            "The forwarder runs and does not answer: another takes its place",
            metadata: ["incarnation": "\(running.incarnation)", "silence": "\(ContinuousClock.now - silence.start)"])
        try await start(incarnation: running.incarnation + 1, after: running.version)
        self.silence = nil
    }

    /// Another takes its place, of the present program.
    mutating func replace() async throws {
        guard let running else { return }
        logger.warning("The forwarder is of an older program: another takes its place", metadata: ["incarnation": "\(running.incarnation)"])
        try await start(incarnation: running.incarnation + 1, after: running.version)
    }

    private mutating func look() async throws -> Running? {
        let record = try await store.get(ProcessSpec.key(RouteAgent.process))
        let known = try record.map { try JSONDecoder().decode(ProcessSpec.self, from: $0.value) }
        guard let known, let record else {
            try await start(incarnation: 1, after: 0)
            return nil
        }
        let statusRecord = try await store.get(ProcessStatus.key(RouteAgent.process))
        let status = try statusRecord.map { try JSONDecoder().decode(ProcessStatus.self, from: $0.value) }
        guard let status, status.incarnation == known.incarnation else { return nil }
        if case .running = status.phase { return Running(incarnation: known.incarnation, version: record.version) }
        if lastStart.map({ .now - $0 >= Self.pace }) ?? true {
            try await start(incarnation: known.incarnation + 1, after: record.version)
        }
        return nil
    }

    private mutating func start(incarnation: Int, after version: Int64) async throws {
        let spec = ProcessSpec(
            id: RouteAgent.process, incarnation: incarnation, executable: executable,
            arguments: ["forward", "--control", RouteAgent.socketName], stopGrace: 5)
        let key = ProcessSpec.key(RouteAgent.process)
        let write = Transaction.Write.put(key: key, value: try JSONEncoder().encode(spec))
        try await store.commit(Transaction(conditions: [.init(key: key, version: version)], writes: [write]))
        lastStart = .now
        isStarting = true
    }
}
