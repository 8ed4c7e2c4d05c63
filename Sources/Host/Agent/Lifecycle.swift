import CacheModel

/// One process as a value: what should be, what is, what was last reported; each event changes it, and `next` says what to do.
///
/// | is \ goal            | running                           | stopped   | removed          |
/// |----------------------|-----------------------------------|-----------|------------------|
/// | nothing runs         | start, if never started           | report    | remove directory |
/// | this incarnation     | nothing                           | terminate | kill             |
/// | an older incarnation | terminate, then start             | terminate | kill             |
/// | being terminated     | wait (kill when the grace is over) | wait      | kill             |
///
/// Where there is no grace, to terminate is to kill: also one that is being terminated with a grace that an earlier spec gave it. One
/// that is to run after all has the grace it was given.
struct Lifecycle: Sendable {
    enum State: Equatable, Sendable {
        case idle
        case running(incarnation: Int)
        case ending(incarnation: Int, killed: Bool)
    }

    enum Event: Equatable, Sendable {
        case spec(ProcessSpec)
        case started(ProcessStatus.Identity, incarnation: Int)
        case refused(ProcessStatus.Refusal, detail: String, incarnation: Int)
        case ended(detail: String)
        case graceOver
        case directoryRemoved
        /// The files of that edition are in place.
        case filesWritten(edition: Int)
        /// What a status says of its files is another.
        case filesChanged
    }

    enum Action: Equatable, Sendable {
        case report(incarnation: Int, ProcessStatus.Phase, edition: Int = 0)
        /// `succeeds`: an earlier incarnation ran here before.
        case start(ProcessSpec, succeeds: Bool)
        case terminate(grace: Double)
        case kill
        case removeDirectory
        /// Those that are written while the process runs.
        case writeFiles(ProcessSpec)
    }

    private struct Report: Equatable, Sendable {
        var incarnation: Int
        var phase: ProcessStatus.Phase
        var edition = 0
    }

    private(set) var state: State
    private var spec: ProcessSpec
    private var reported: Report?
    private var unreported: Report?
    private var hasEndedOne = false
    /// Of the spec that was started last.
    private var startedEdition = 0
    /// The grace period is over and the process still there.
    private var isOverdue = false

    init(spec: ProcessSpec, stock: Stock = Stock()) {
        self.spec = spec
        self.state = stock.running.map { .running(incarnation: $0.incarnation) } ?? .idle
        self.reported = stock.reported.map { Report(incarnation: $0.incarnation, phase: $0.phase, edition: $0.edition ?? 0) }
        self.unreported = stock.unreported.map { Report(incarnation: $0.incarnation, phase: $0.phase) }
    }

    var runs: Bool { state != .idle }

    mutating func apply(_ event: Event) {
        switch event {
        case .spec(let spec):
            self.spec = spec
        case .started(let identity, let incarnation):
            state = .running(incarnation: incarnation)
            unreported = Report(incarnation: incarnation, phase: .running(identity), edition: startedEdition)
        case .refused(let refusal, let detail, let incarnation):
            unreported = Report(incarnation: incarnation, phase: .refused(refusal, detail: detail))
        case .ended(let detail):
            ended(detail)
        case .graceOver:
            isOverdue = true
        case .directoryRemoved:
            unreported = Report(incarnation: spec.incarnation, phase: .removed)
        case .filesWritten(let edition):
            guard var report = reported, case .running = report.phase else { return }
            report.edition = edition
            unreported = report
        case .filesChanged:
            unreported = unreported ?? reported
        }
    }

    private mutating func ended(_ detail: String) {
        switch state {
        case .idle:
            return
        case .running(let incarnation):
            unreported = Report(incarnation: incarnation, phase: .exited(detail: detail))
        case .ending(let incarnation, _):
            // The goal came back while it was being stopped: it isn't started again unless a new incarnation says so.
            if spec.goal == .running, spec.incarnation <= incarnation {
                unreported = Report(incarnation: incarnation, phase: .exited(detail: detail))
            }
        }
        state = .idle
        hasEndedOne = true
    }

    /// What should be done now; asked again after each action until there is nothing.
    mutating func next() -> Action? {
        if let report = unreported {
            unreported = nil
            reported = report
            return .report(incarnation: report.incarnation, report.phase, edition: report.edition)
        }
        switch state {
        case .idle: return nextWhenIdle()
        case .running(let incarnation): return nextWhenRunning(incarnation)
        case .ending(let incarnation, let killed):
            guard !killed, isOverdue || mustEndAtOnce(incarnation) else { return nil }
            state = .ending(incarnation: incarnation, killed: true)
            return .kill
        }
    }

    private mutating func nextWhenIdle() -> Action? {
        switch spec.goal {
        case .running:
            // Whatever was said of this incarnation, it has had its start.
            guard spec.incarnation > reported?.incarnation ?? Int.min else { return nil }
            startedEdition = spec.edition ?? 0
            return .start(spec, succeeds: hasEndedOne)
        case .stopped:
            if let reported, reported.incarnation >= spec.incarnation, [.stopped, .removed].contains(reported.phase) { return nil }
            unreported = Report(incarnation: spec.incarnation, phase: .stopped)
            return next()
        case .removed:
            if let reported, reported.incarnation >= spec.incarnation, reported.phase == .removed { return nil }
            return .removeDirectory
        }
    }

    private mutating func nextWhenRunning(_ incarnation: Int) -> Action? {
        guard mustEnd(incarnation) else { return isOutdated(incarnation) ? .writeFiles(spec) : nil }
        isOverdue = false
        let isKilled = mustEndAtOnce(incarnation)
        state = .ending(incarnation: incarnation, killed: isKilled)
        return isKilled ? .kill : .terminate(grace: spec.stopGrace)
    }

    /// Whether the process runs beside files that the spec has otherwise.
    private func isOutdated(_ incarnation: Int) -> Bool {
        guard spec.incarnation == incarnation, let reported, case .running = reported.phase else { return false }
        return reported.incarnation == incarnation && reported.edition != spec.edition ?? 0
    }

    private func mustEnd(_ incarnation: Int) -> Bool { spec.goal != .running || spec.incarnation > incarnation }

    private func mustEndAtOnce(_ incarnation: Int) -> Bool {
        spec.goal == .removed || (mustEnd(incarnation) && spec.stopGrace <= 0)
    }
}
