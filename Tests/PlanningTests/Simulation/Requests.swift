import CacheModel

@testable import Planning

/// What users ask for: marks on the group's record.
extension SimulatedGroup {
    /// Any of them.
    mutating func ask() {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: scaleOut()
        case 1: scaleIn()
        case 2: reboot()
        case 3: testFailover()
        case 4: changeUsers()
        default:
            guard !group.clusterEnabled else { return }
            let staying = group.nodeGroups[0].replicas.filter { $0.change != .leaving && $0.change != .joining }
            group.nodeGroups[0].successor = staying.randomElement(using: &generator)?.id
        }
        group.status = .modifying
    }

    /// A replica more in each shard. Returns who goes: nobody.
    @discardableResult
    mutating func scaleOut() -> [String] {
        for n in group.nodeGroups.indices {
            let shard = group.nodeGroups[n]
            guard shard.members.count < 6 else { continue }
            let id = "new-\(shard.id)-\(time)"
            guard group.member(id) == nil else { continue }
            let node = "node \(id)"
            var member = Member(
                id: id, zone: Shape.zones[shard.members.count % 3], address: newAddress(), process: id,
                clusterNodeID: group.clusterEnabled ? node : nil)
            member.change = .joining
            group.nodeGroups[n].members.append(member)
            nodes[id] = SimulatedNode(knows: [])
        }
        group.status = .modifying
        return []
    }

    /// A replica less in each shard. Returns who goes.
    @discardableResult
    mutating func scaleIn() -> [String] {
        var leaving: [String] = []
        for n in group.nodeGroups.indices {
            let shard = group.nodeGroups[n]
            let staying = shard.replicas.filter { $0.change == nil && $0.id != shard.successor }
            guard staying.count > 0, let last = staying.last else { continue }
            change(last.id) { $0.change = .leaving }
            leaving.append(last.id)
        }
        group.status = .modifying
        return leaving
    }

    mutating func switchOver() {
        guard !group.clusterEnabled, let replica = group.nodeGroups[0].replicas.first else { return }
        group.nodeGroups[0].successor = replica.id
        group.status = .modifying
    }

    mutating func reboot() {
        guard let member = group.members.filter({ $0.change == nil }).randomElement(using: &generator) else { return }
        let incarnation = nodes[member.id]?.incarnation ?? 0
        change(member.id) { $0.change = .rebooting(incarnation: incarnation) }
        group.status = .modifying
    }

    mutating func testFailover() {
        guard group.automaticFailover else { return }
        let primary = group.nodeGroups[0].primary
        let incarnation = nodes[primary]?.incarnation ?? 0
        group.nodeGroups[0].testFailover = TestFailover(primary: primary, incarnation: incarnation)
        group.status = .modifying
    }

    /// Of its user group, which it has from the first time on.
    mutating func changeUsers() {
        group.userGroups = ["users"]
        access = NodeAccess(fingerprint: "users of \(time)", users: [])
    }

    mutating func brighten() {
        for zone in darkZones { turnZone(zone) }
    }
}
