import CacheModel
import Planning

/// What the hosts' records say about a group.
enum HostObservation {
    /// The running members come with the number of the process that must answer for them.
    static func observe(_ group: ReplicationGroup, in state: WorldState) -> (group: ObservedGroup, running: [(member: Member, pid: Int32)])
    {
        var observed = ObservedGroup()
        var running: [(Member, Int32)] = []
        for member in group.members {
            let spec = state.processes[member.process]?.value
            let status = state.statuses[member.process]
            let process = process(spec, status)
            observed.members[member.id] = ObservedMember(
                process: process, incarnation: spec?.incarnation ?? 0, executable: spec?.executable,
                hasSavedData: status?.hasSavedData ?? false, saved: status?.snapshot, hasLog: status?.hasCurrentLog ?? false,
                logTime: status?.hasCurrentLog == true ? status?.logTime : nil, zoneIsDown: state.downZones.value.contains(member.zone))
            observed.members[member.id]?.sealProblem = status?.sealProblem
            observed.members[member.id]?.hasCurrentFiles =
                status?.incarnation == spec?.incarnation && status?.edition ?? 0 == spec?.edition ?? 0
            if process == .running, case .running(let identity) = status?.phase {
                running.append((member, identity.pid))
            }
        }
        for name in state.routeNames(of: group) {
            let status = state.routeStatuses[name]
            observed.routes[name] = ObservedRoute(
                desired: state.routes[name]?.value, applied: status?.applied, problem: status?.problem, isOver: status?.isOver ?? false)
        }
        return (observed, running)
    }

    static func process(_ spec: ProcessSpec?, _ status: ProcessStatus?) -> ObservedProcess {
        guard let spec else { return .absent }
        guard let status, status.incarnation == spec.incarnation else {
            return spec.goal == .running ? .starting : .ending
        }
        switch (spec.goal, status.phase) {
        case (_, .removed): return .removed
        case (.removed, _): return .ending
        case (.stopped, .running): return .ending
        case (_, .running): return .running
        case (_, .exited(let detail)): return .exited(detail: detail)
        case (_, .refused(let refusal, let detail)): return .refused(refusal, detail: detail)
        case (_, .stopped): return .stopped
        }
    }
}

extension WorldState {
    /// The routes of a group: those on record, and those dropped that the forwarder still has.
    func routeNames(of group: ReplicationGroup) -> [String] {
        let endpoints = ["cfg", "cfg-second", "ro", "ro-second", "rw", "rw-second"].map { "\(group.id)-\($0)-\(group.uid)" }
        return (endpoints + group.doorNames).filter { routes[$0] != nil || routeStatuses[$0] != nil }
    }
}
