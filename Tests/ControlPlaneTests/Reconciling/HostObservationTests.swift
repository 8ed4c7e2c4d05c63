import CacheModel
import Planning
import Testing

@testable import ControlPlane

@Suite struct HostObservationTests {
    private static let identity = ProcessStatus.Identity(pid: 7, startTime: 1, bootID: "b")

    struct Records: Sendable {
        let goal: ProcessSpec.Goal?
        /// What the host said, and of which incarnation; the record's is 2.
        var phase: ProcessStatus.Phase?
        var incarnation = 2
        let expected: ObservedProcess
    }

    @Test(arguments: [
        Records(goal: nil, expected: .absent),
        Records(goal: nil, phase: .running(identity), expected: .absent),
        Records(goal: .running, expected: .starting),
        Records(goal: .running, phase: .running(identity), incarnation: 1, expected: .starting),
        Records(goal: .running, phase: .exited(detail: "x"), incarnation: 1, expected: .starting),
        Records(goal: .running, phase: .running(identity), expected: .running),
        Records(goal: .running, phase: .exited(detail: "x"), expected: .exited(detail: "x")),
        Records(goal: .running, phase: .refused(.startFailed, detail: "x"), expected: .refused(.startFailed, detail: "x")),
        Records(goal: .running, phase: .stopped, expected: .stopped),
        Records(goal: .running, phase: .removed, expected: .removed),
        Records(goal: .stopped, expected: .ending),
        Records(goal: .stopped, phase: .running(identity), expected: .ending),
        Records(goal: .stopped, phase: .stopped, expected: .stopped),
        Records(goal: .stopped, phase: .exited(detail: "x"), expected: .exited(detail: "x")),
        Records(goal: .removed, expected: .ending),
        Records(goal: .removed, phase: .running(identity), expected: .ending),
        Records(goal: .removed, phase: .exited(detail: "x"), expected: .ending),
        Records(goal: .removed, phase: .stopped, expected: .ending),
        Records(goal: .removed, phase: .removed, incarnation: 1, expected: .ending),
        Records(goal: .removed, phase: .removed, expected: .removed),
    ])
    func readsTheHostsRecords(_ records: Records) async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        let group = try #require(fixture.group("g"))
        var state = WorldState()
        let process = group.members[0].process
        if let goal = records.goal {
            let spec = ProcessSpec(id: process, incarnation: 2, goal: goal, executable: "/x", arguments: [])
            state.processes[process] = Versioned(value: spec, version: 1)
        }
        state.statuses[process] = records.phase.map {
            ProcessStatus(id: process, incarnation: records.incarnation, phase: $0, hasSavedData: true)
        }
        let seen = HostObservation.observe(group, in: state)
        let member = try #require(seen.group.members["g-001"])
        #expect(member.process == records.expected && member.incarnation == (records.goal == nil ? 0 : 2))
        #expect(member.engine == .silent && member.hasSavedData == (records.phase != nil))
        #expect(seen.running.map(\.pid) == (records.expected == .running ? [7] : []))
    }

    @Test func seesWhatIsSaved() async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        let group = try #require(fixture.group("g"))
        let process = group.members[0].process
        var state = WorldState()
        state.processes[process] = Versioned(value: ProcessSpec(id: process, executable: "/x", arguments: []), version: 1)
        let snapshot = SavedSnapshot(time: 7, replicationID: "h", offset: 8)
        for (saved, hasLog) in [(snapshot, true), (snapshot, false), (nil, true), (nil, false)] as [(SavedSnapshot?, Bool)] {
            state.statuses[process] = ProcessStatus(
                id: process, incarnation: 1, phase: .stopped, hasSavedData: saved != nil, snapshot: saved, logTime: hasLog ? 9 : nil)
            let member = try #require(HostObservation.observe(group, in: state).group.members["g-001"])
            #expect(member.logTime == (hasLog ? 9 : nil))
            #expect(member.saved == saved && member.hasLog == hasLog && member.hasSavedData == (saved != nil))
        }
        state.statuses = [:]
        let unknown = try #require(HostObservation.observe(group, in: state).group.members["g-001"])
        #expect(unknown.saved == nil && !unknown.hasLog && !unknown.hasSavedData && unknown.process == .starting)
    }

    @Test func seesRoutesUntilTheForwarderHasLetGo() async throws {
        let fixture = try await Fixture()
        try await fixture.create()
        let group = try #require(fixture.group("g"))
        let name = "g-ro-\(group.uid)"
        let route = RouteSpec(name: name, listen: .init(address: "127.0.0.1", port: 1), targets: [], closesRemoved: true)
        var state = WorldState()
        #expect(HostObservation.observe(group, in: state).group.routes.isEmpty)
        state.routes[name] = Versioned(value: route, version: 1)
        #expect(HostObservation.observe(group, in: state).group.routes == [name: ObservedRoute(desired: route, applied: nil)])
        state.routeStatuses[name] = RouteStatus(name: name, applied: route, problem: "p")
        #expect(
            HostObservation.observe(group, in: state).group.routes == [name: ObservedRoute(desired: route, applied: route, problem: "p")])
        state.routes = [:]
        #expect(HostObservation.observe(group, in: state).group.routes == [name: ObservedRoute(desired: nil, applied: route, problem: "p")])
        // Another group's of the same name that was there before.
        state.routeStatuses = ["g-ro-before": RouteStatus(name: "g-ro-before", applied: route)]
        #expect(HostObservation.observe(group, in: state).group.routes.isEmpty)
    }
}
