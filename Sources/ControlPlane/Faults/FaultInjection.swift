package import Access
package import CacheModel
import Foundation

/// Makes faults on purpose, for whoever tests an application on them.
///
/// A member's process is signalled behind the control plane's back: what follows is what would follow if it had died or hung by
/// itself. A zone is recorded as down, and stays so until it is recorded as up; the groups' reconcilers do the rest.
package struct FaultInjection: Sendable {
    /// Signals a process of this name. Returns false if it was not delivered: there is no such process any more.
    package typealias SendSignal = @Sendable (_ process: String, _ signal: Int32) async throws -> Bool

    private let world: World
    private let home: Realm
    private let send: SendSignal

    /// `home` is where the members are of requests that don't say.
    package init(world: World, home: Realm, send: @escaping SendSignal) {
        self.world = world
        self.home = home
        self.send = send
    }

    /// Throws `FaultRefusal` if nothing was done, and what the store or the host throws. `principal` is nil where no keys are kept.
    package func carryOut(_ request: FaultRequest, for principal: Principal?) async throws -> FaultReport {
        switch request.action {
        case .kill: try await signal(SIGKILL, "killed", request, principal)
        case .pause: try await signal(SIGSTOP, "paused", request, principal)
        case .resume: try await signal(SIGCONT, "resumed", request, principal)
        case .zoneDown: try await setZone(request.zone, isDown: true, principal)
        case .zoneUp: try await setZone(request.zone, isDown: false, principal)
        }
    }

    private func signal(
        _ number: Int32, _ done: String, _ request: FaultRequest, _ principal: Principal?
    ) async throws -> FaultReport {
        guard let id = request.member?.lowercased(), !id.isEmpty else {
            throw FaultRefusal(.malformed, "The action \(request.action.rawValue) needs a member: a cache cluster's id.")
        }
        let realm = Realm(region: request.region ?? home.region, account: request.account ?? principal?.account ?? home.account)
        if let principal { try FaultAuthorisation.check(principal, member: id, in: realm) }
        let found = try world.read { state in
            try (state.member(id, in: realm)?.member.process ?? MemcachedFaults.process(of: id, in: realm, state))
                .map { ($0, state.statuses[$0]?.phase) }
        }
        guard let (process, phase) = found else {
            throw FaultRefusal(.unknown, "There is no member \(id) in account \(realm.account), region \(realm.region).")
        }
        guard case .running(let identity)? = phase, try await send(process, number) else {
            throw FaultRefusal(.conflict, "The member \(id) has no process now.")
        }
        return FaultReport(message: "\(done) \(id) (pid \(identity.pid))", member: id, pid: identity.pid)
    }

    private func setZone(_ name: String?, isDown: Bool, _ principal: Principal?) async throws -> FaultReport {
        if let principal { try FaultAuthorisation.checkZone(principal, home: home) }
        guard let zone = name, !zone.isEmpty else {
            throw FaultRefusal(.malformed, "The actions zone-down and zone-up need a zone, such as us-east-1b.")
        }
        guard let region = Region(String(zone.dropLast())), region.zoneIndex(zone) != nil else {
            throw FaultRefusal(.unknown, "There is no zone \(zone): zones are like us-east-1b, a region's name and a letter.")
        }
        if let reason = world.read({ $0.unreadable[RecordKey.downZones] }) {
            throw FaultRefusal(.conflict, "The record \(RecordKey.downZones) can't be read, so that it can't be changed: \(reason)")
        }
        let changed = try await world.transact { draft in try draft.setZone(zone, isDown: isDown) }
        let word = isDown ? "down" : "up"
        guard changed else { return FaultReport(message: "\(zone) was \(word) already", zone: zone) }
        let members = world.read { state in
            state.groups(withMembersIn: [zone]).flatMap(\.members).count { $0.zone == zone }
                + state.memcachedClusters(withNodesIn: [zone]).flatMap(\.nodes).count { $0.zone == zone }
        }
        return FaultReport(message: "\(zone) is \(word): \(members) \(members == 1 ? "member is" : "members are") in it", zone: zone)
    }
}
