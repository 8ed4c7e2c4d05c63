import CacheModel
import Foundation
import Testing

@testable import Host

@Suite struct LifecycleTests {
    private let identity = ProcessStatus.Identity(pid: 7, startTime: 9, bootID: "boot")

    private static func spec(_ goal: ProcessSpec.Goal, _ incarnation: Int = 1) -> ProcessSpec {
        .sleeping("a", incarnation: incarnation, goal: goal, stopGrace: 3)
    }

    /// A process that nothing is running of: its spec, what was last reported, what is done first.
    @Test(
        arguments: [
            (spec(.running), nil, .start(spec(.running), succeeds: false)),
            (spec(.running), (1, .running(.init(pid: 1, startTime: 1, bootID: ""))), nil),
            (spec(.running), (1, .exited(detail: "")), nil),
            (spec(.running), (1, .refused(.addressInUse, detail: "")), nil),
            (spec(.running), (1, .stopped), nil),
            (spec(.running), (2, .exited(detail: "")), nil),
            (spec(.running, 2), (1, .exited(detail: "")), .start(spec(.running, 2), succeeds: false)),
            (spec(.running, 2), (1, .removed), .start(spec(.running, 2), succeeds: false)),
            (spec(.stopped), nil, .report(incarnation: 1, .stopped)),
            (spec(.stopped), (1, .exited(detail: "")), .report(incarnation: 1, .stopped)),
            (spec(.stopped), (1, .stopped), nil),
            (spec(.stopped, 2), (1, .stopped), .report(incarnation: 2, .stopped)),
            (spec(.removed), nil, .removeDirectory),
            (spec(.removed), (1, .stopped), .removeDirectory),
            (spec(.removed), (1, .removed), nil),
        ] as [(ProcessSpec, (Int, ProcessStatus.Phase)?, Lifecycle.Action?)])
    func idle(spec: ProcessSpec, reported: (Int, ProcessStatus.Phase)?, expected: Lifecycle.Action?) {
        let stock = Stock(reported: reported.map { ProcessStatus(id: "a", incarnation: $0.0, phase: $0.1) })
        var life = Lifecycle(spec: spec, stock: stock)
        #expect(life.next() == expected)
    }

    /// A lifecycle that runs incarnation 1.
    private func running() -> Lifecycle {
        var life = Lifecycle(spec: Self.spec(.running))
        _ = life.next()
        life.apply(.started(identity, incarnation: 1))
        #expect(life.next() == .report(incarnation: 1, .running(identity)))
        #expect(life.next() == nil)
        return life
    }

    private static func grace(_ grace: Double, _ goal: ProcessSpec.Goal, _ incarnation: Int = 1) -> ProcessSpec {
        .sleeping("a", incarnation: incarnation, goal: goal, stopGrace: grace)
    }

    /// What is done with incarnation 1 that runs, when these specs come one after the other.
    @Test(
        arguments: [
            ([grace(3, .running)], [nil]),
            ([grace(0, .running)], [nil]),
            ([grace(3, .stopped)], [.terminate(grace: 3)]),
            ([grace(0, .stopped)], [.kill]),
            ([grace(-1, .stopped)], [.kill]),
            ([grace(3, .running, 2)], [.terminate(grace: 3)]),
            ([grace(0, .running, 2)], [.kill]),
            ([grace(3, .removed)], [.kill]),
            ([grace(3, .stopped), grace(2, .stopped)], [.terminate(grace: 3), nil]),
            ([grace(3, .stopped), grace(0, .stopped)], [.terminate(grace: 3), .kill]),
            ([grace(3, .stopped), grace(0, .stopped), grace(0, .removed)], [.terminate(grace: 3), .kill, nil]),
            ([grace(3, .running, 2), grace(0, .running, 2)], [.terminate(grace: 3), .kill]),
            ([grace(3, .stopped), grace(0, .running)], [.terminate(grace: 3), nil]),
            ([grace(3, .stopped), grace(0, .running, 2)], [.terminate(grace: 3), .kill]),
        ] as [([ProcessSpec], [Lifecycle.Action?])])
    func endsTheRunning(specs: [ProcessSpec], expected: [Lifecycle.Action?]) {
        var life = running()
        for (spec, expected) in zip(specs, expected) {
            life.apply(.spec(spec))
            #expect(life.next() == expected)
            #expect(life.next() == nil)
        }
    }

    @Test func whatIsKilledForANewIncarnationIsFollowedByIt() {
        var life = running()
        life.apply(.spec(Self.grace(0, .running, 2)))
        #expect(life.next() == .kill)
        life.apply(.ended(detail: "x"))
        #expect(life.next() == .start(Self.grace(0, .running, 2), succeeds: true))
    }

    @Test func anEndIsReportedAndNothingRestarted() {
        var life = running()
        life.apply(.ended(detail: "x"))
        #expect(life.next() == .report(incarnation: 1, .exited(detail: "x")))
        #expect(life.next() == nil)
        life.apply(.spec(Self.spec(.running, 2)))
        #expect(life.next() == .start(Self.spec(.running, 2), succeeds: true))
    }

    @Test func anOlderIncarnationIsEndedFirst() {
        var life = running()
        life.apply(.spec(Self.spec(.running, 2)))
        #expect(life.next() == .terminate(grace: 3))
        #expect(life.next() == nil)
        life.apply(.ended(detail: "x"))
        #expect(life.next() == .start(Self.spec(.running, 2), succeeds: true))
    }

    @Test func aStopIsKilledWhenItsGraceIsOver() {
        var life = running()
        life.apply(.spec(Self.spec(.stopped)))
        #expect(life.next() == .terminate(grace: 3))
        life.apply(.graceOver)
        #expect(life.next() == .kill)
        #expect(life.next() == nil)
        life.apply(.ended(detail: "x"))
        #expect(life.next() == .report(incarnation: 1, .stopped))
        #expect(life.next() == nil)
    }

    @Test func removalOvertakesAStop() {
        var life = running()
        life.apply(.spec(Self.spec(.stopped)))
        #expect(life.next() == .terminate(grace: 3))
        life.apply(.spec(Self.spec(.removed)))
        #expect(life.next() == .kill)
        #expect(life.next() == nil)
        life.apply(.ended(detail: "x"))
        #expect(life.next() == .removeDirectory)
        life.apply(.directoryRemoved)
        #expect(life.next() == .report(incarnation: 1, .removed))
        #expect(life.next() == nil)
    }

    @Test func aStopTakenBackIsReportedAsAnEnd() {
        var life = running()
        life.apply(.spec(Self.spec(.stopped)))
        _ = life.next()
        life.apply(.spec(Self.spec(.running)))
        #expect(life.next() == nil)
        life.apply(.ended(detail: "x"))
        #expect(life.next() == .report(incarnation: 1, .exited(detail: "x")))
        #expect(life.next() == nil)
    }

    private static func edition(_ edition: Int?, _ goal: ProcessSpec.Goal = .running, _ incarnation: Int = 1) -> ProcessSpec {
        var spec = spec(goal, incarnation)
        spec.edition = edition
        return spec
    }

    @Test func anotherEditionIsWrittenBesideTheProcessThatRuns() {
        var life = running()
        life.apply(.spec(Self.edition(1)))
        #expect(life.next() == .writeFiles(Self.edition(1)))
        // It could not be written, and another came meanwhile.
        life.apply(.spec(Self.edition(2)))
        #expect(life.next() == .writeFiles(Self.edition(2)))
        life.apply(.filesWritten(edition: 2))
        #expect(life.next() == .report(incarnation: 1, .running(identity), edition: 2))
        #expect(life.next() == nil)
        life.apply(.spec(Self.edition(3, .stopped)))
        #expect(life.next() == .terminate(grace: 3))
        #expect(life.next() == nil)
    }

    /// What is said of a process is said again, and nothing else is done.
    @Test func whatItsFilesAreIsToldAnew() {
        var life = running()
        life.apply(.filesChanged)
        #expect(life.next() == .report(incarnation: 1, .running(identity)))
        #expect(life.next() == nil)
        life.apply(.ended(detail: "x"))
        life.apply(.filesChanged)
        #expect(life.next() == .report(incarnation: 1, .exited(detail: "x")))
        #expect(life.next() == nil)
        var unknown = Lifecycle(spec: Self.spec(.stopped))
        unknown.apply(.filesChanged)
        #expect(unknown.next() == .report(incarnation: 1, .stopped))
    }

    @Test func aStartWritesTheEditionThatItStarts() {
        var life = Lifecycle(spec: Self.edition(4))
        _ = life.next()
        life.apply(.spec(Self.edition(5)))
        life.apply(.started(identity, incarnation: 1))
        #expect(life.next() == .report(incarnation: 1, .running(identity), edition: 4))
        #expect(life.next() == .writeFiles(Self.edition(5)))
    }

    /// What was reported of a process that is adopted, and whether files are written for it.
    @Test(arguments: [(nil, 2, true), (1, 2, true), (2, 2, false), (nil, nil, false)] as [(Int?, Int?, Bool)])
    func adopted(reported: Int?, wanted: Int?, writes: Bool) throws {
        var status = ProcessStatus(id: "a", incarnation: 1, phase: .running(identity))
        status.edition = reported
        let own = try #require(ProcessTable.entry(ProcessInfo.processInfo.processIdentifier))
        let process = try #require(ProcessHandle(ProcessTable.identity(own)))
        var life = Lifecycle(spec: Self.edition(wanted), stock: Stock(running: .init(process: process, incarnation: 1), reported: status))
        #expect(life.next() == (writes ? .writeFiles(Self.edition(wanted)) : nil))
    }

    @Test func aRefusalIsReportedOnce() {
        var life = Lifecycle(spec: Self.spec(.running))
        _ = life.next()
        life.apply(.refused(.addressInUse, detail: "x", incarnation: 1))
        #expect(life.next() == .report(incarnation: 1, .refused(.addressInUse, detail: "x")))
        #expect(life.next() == nil)
    }
}
