import CacheModel
import Dispatch
import Foundation
import Logging
import Sealing

/// What the keepers of one agent share.
struct Workshop: Sendable {
    let data: DataDirectory
    let blocking: BlockingCalls
    let exits: ExitWatch
    let journal: StatusJournal
    let seals: SealRounds
    let logger: Logger
}

/// Looks after one process: does one thing at a time for it, in the order in which things happen to it.
struct ProcessKeeper: Sendable {
    enum Event: Sendable {
        case spec(ProcessSpec)
        case specDeleted
        case ended
        /// The grace period of the nth stop is over.
        case graceOver(Int)
        /// The nth stop has not ended it for a while.
        case tellAgain(Int)
        case tryAgain
        /// Why what the process saves does not get onto the disk; nil: it does.
        case sealing(problem: String?)
    }

    let id: String
    private let workshop: Workshop
    private let events: AsyncStream<Event>
    private let mailbox: AsyncStream<Event>.Continuation

    init(id: String, workshop: Workshop) {
        self.id = id
        self.workshop = workshop
        (events, mailbox) = AsyncStream.makeStream()
    }

    func tell(_ event: Event) {
        mailbox.yield(event)
    }

    /// Returns when the spec was deleted or the task is cancelled. The process, if there is one, goes on running.
    func run(_ spec: ProcessSpec, _ stock: Stock) async {
        var shift = Shift(spec: spec, stock: stock, workshop: workshop, mailbox: mailbox)
        if let running = stock.running { shift.watch(running.process) }
        await shift.work()
        events: for await event in events {
            switch event {
            case .spec(let spec): shift.lifecycle.apply(.spec(spec))
            case .ended: shift.processEnded()
            case .graceOver(let stop): shift.graceIsOver(stop)
            case .tellAgain(let stop): shift.tellAgain(stop)
            case .tryAgain: break
            case .sealing(let problem): shift.sealing(problem)
            case .specDeleted: break events
            }
            await shift.work()
        }
        shift.leave()
    }
}

/// The state of one keeper's run.
private struct Shift {
    var lifecycle: Lifecycle
    private let workshop: Workshop
    private let mailbox: AsyncStream<ProcessKeeper.Event>.Continuation
    private let directory: ProcessDirectory
    private let logger: Logger
    private var process: ProcessHandle?
    private var stops = 0
    private var graceTimer: DispatchWorkItem?
    private let place: SealedPlace?
    private var sealProblem: String?

    init(spec: ProcessSpec, stock: Stock, workshop: Workshop, mailbox: AsyncStream<ProcessKeeper.Event>.Continuation) {
        self.lifecycle = Lifecycle(spec: spec, stock: stock)
        self.workshop = workshop
        self.mailbox = mailbox
        self.directory = ProcessDirectory(data: workshop.data, spec)
        place =
            spec.seal == nil
            ? nil : SealedPlace(directory, told: stock.reported?.sealProblem) { [mailbox] in mailbox.yield(.sealing(problem: $0)) }
        sealProblem = stock.reported?.sealProblem
        if let place { workshop.seals.enter(place) }
        var logger = workshop.logger
        logger[metadataKey: "process"] = "\(spec.id)"
        self.logger = logger
    }

    mutating func watch(_ process: ProcessHandle) {
        self.process = process
        guard !workshop.exits.watch(process, { [mailbox] in mailbox.yield(.ended) }) else { return }
        logger.critical("The process can't be watched: its end will go unnoticed", metadata: ["pid": "\(process.identity.pid)"])
    }

    /// Does what there is to do now.
    mutating func work() async {
        while let action = lifecycle.next() {
            switch action {
            case .report(let incarnation, let phase, let edition): report(incarnation, phase, edition)
            case .start(let spec, let succeeds): await start(spec, succeeds: succeeds)
            case .terminate(let grace): terminate(grace)
            case .kill: process?.kill()
            case .removeDirectory:
                guard await removeDirectory() else { return }
            case .writeFiles(let spec):
                guard await writeFiles(spec) else { return }
            }
        }
    }

    mutating func processEnded() {
        guard let process else { return }
        cancelGrace()
        // Read on this thread: a few kilobytes just written, and who waits for this news has a group to fail over.
        let detail = ExitDetail.text(process.reap().description, directory: directory.path)
        self.process = nil
        lifecycle.apply(.ended(detail: detail))
        if place != nil { workshop.seals.hurry() }
    }

    mutating func sealing(_ problem: String?) {
        guard problem != sealProblem else { return }
        sealProblem = problem
        lifecycle.apply(.filesChanged)
    }

    mutating func graceIsOver(_ stop: Int) {
        guard stop == stops, graceTimer != nil else { return }
        cancelGrace()
        logger.warning("The process outlived its grace period and is killed")
        lifecycle.apply(.graceOver)
    }

    mutating func leave() {
        cancelGrace()
        if let place { workshop.seals.leave(place) }
        if let process { workshop.exits.forget(process) }
        guard lifecycle.runs, !Task.isCancelled else { return }
        logger.error("The spec of a running process was deleted: the process is left alone")
    }

    private mutating func start(_ spec: ProcessSpec, succeeds: Bool) async {
        let launcher = Launcher(data: workshop.data, logger: logger)
        do throws(Refused) {
            let key = try await key(for: spec)
            let process = try await workshop.blocking.run { [place] () throws(Refused) in
                guard let gate = place?.gate else { return try launcher.start(spec, succeeds: succeeds) }
                return try gate.changing { () throws(Refused) in try launcher.start(spec, succeeds: succeeds, key: key) }
            }
            logger.info("Started", metadata: ["pid": "\(process.identity.pid)", "incarnation": "\(spec.incarnation)"])
            lifecycle.apply(.started(process.identity, incarnation: spec.incarnation))
            // Watched after the news of the start, so that the news of its end can't come first.
            watch(process)
        } catch {
            logger.error("Not started", metadata: ["refusal": "\(error.refusal)", "detail": "\(error.detail)"])
            lifecycle.apply(.refused(error.refusal, detail: error.detail, incarnation: spec.incarnation))
        }
    }

    /// Nil where nothing has to be opened: a process whose files are in memory is started without its key.
    private func key(for spec: ProcessSpec) async throws(Refused) -> DataKey? {
        guard let seal = spec.seal, await workshop.blocking.run({ [directory] in directory.needsKey(spec) }) else { return nil }
        do throws(KeyFailure) {
            return try await workshop.seals.keys.open(seal.key)
        } catch {
            throw Refused(.keyUnavailable, HostError.keyUnavailable("\(error)").description)
        }
    }

    /// An engine that can't end just now (one that is writing its first append-only file, say) forgets that it was told to.
    func tellAgain(_ stop: Int) {
        guard stop == stops, graceTimer != nil else { return }
        process?.terminate()
        scheduleReminder(of: stop)
    }

    private func scheduleReminder(of stop: Int) {
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) { [mailbox] in mailbox.yield(.tellAgain(stop)) }
    }

    private mutating func terminate(_ grace: Double) {
        process?.terminate()
        stops += 1
        scheduleReminder(of: stops)
        let timer = DispatchWorkItem { [mailbox, stops] in mailbox.yield(.graceOver(stops)) }
        graceTimer = timer
        DispatchQueue.global().asyncAfter(deadline: .now() + max(0, grace), execute: timer)
    }

    private mutating func cancelGrace() {
        graceTimer?.cancel()
        graceTimer = nil
    }

    private mutating func removeDirectory() async -> Bool {
        let directory = directory
        do throws(HostError) {
            try await workshop.blocking.run { [place] () throws(HostError) in
                guard let gate = place?.gate else { return try directory.remove() }
                try gate.changing { () throws(HostError) in try directory.remove() }
            }
        } catch {
            logger.error("The directory could not be removed; tried again in 5 seconds", metadata: ["error": "\(error)"])
            DispatchQueue.global().asyncAfter(deadline: .now() + 5) { [mailbox] in mailbox.yield(.tryAgain) }
            return false
        }
        lifecycle.apply(.directoryRemoved)
        return true
    }

    /// What the process has read is not changed by it: it is told to read again by who wrote the spec.
    private mutating func writeFiles(_ spec: ProcessSpec) async -> Bool {
        let directory = directory
        do throws(HostError) {
            try await workshop.blocking.run { () throws(HostError) in try directory.writeLive(spec) }
        } catch {
            logger.error("Files could not be written; tried again in 5 seconds", metadata: ["error": "\(error)"])
            DispatchQueue.global().asyncAfter(deadline: .now() + 5) { [mailbox] in mailbox.yield(.tryAgain) }
            return false
        }
        lifecycle.apply(.filesWritten(edition: spec.edition ?? 0))
        return true
    }

    private func report(_ incarnation: Int, _ phase: ProcessStatus.Phase, _ edition: Int) {
        var status = directory.status(incarnation, phase)
        if edition != 0 { status.edition = edition }
        status.sealProblem = sealProblem
        workshop.journal.record(status)
        if case .exited(let detail) = phase { logger.warning("Ended", metadata: ["detail": "\(detail)"]) }
    }
}
