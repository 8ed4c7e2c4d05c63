import CacheModel
package import Engine
import Planning

/// Speaks to a group's engines: asks them what they are, and gives them orders.
package struct NodeWire: Sendable {
    /// For one engine's answer. One that takes longer has said neither yes nor no.
    static let deadline: Duration = .seconds(2)
    /// For a copy of all data to reach the disk.
    private static let saveDeadline: Duration = .seconds(1800)

    let connections: EngineConnections
    let probes: EngineConnections
    /// For what takes an engine long enough to delay the answers to others.
    let patient: EngineConnections
    let failpoints: Failpoints?

    /// `trust` is that of the nodes of encrypted groups.
    package init(trust: EngineTrust? = nil, failpoints: Failpoints? = nil) {
        connections = EngineConnections(trust: trust)
        probes = EngineConnections(trust: trust)
        patient = EngineConnections(trust: trust)
        self.failpoints = failpoints
    }

    /// Gives one order. Throws `EngineError`; an order whose answer was lost is planned again after another look.
    func perform(_ step: Step, of group: ReplicationGroup) async throws {
        switch step {
        case .replicate(let id, let primaryID):
            guard let member = group.member(id), let primary = group.member(primaryID) else { return }
            let connection = try await connection(to: member, of: group)
            if group.clusterEnabled, let node = primary.clusterNodeID {
                try await connection.clusterReplicate(node, within: Self.deadline)
            } else {
                try await connection.replicate(from: address(of: primary, in: group), within: Self.deadline)
            }
        case .promote(let id):
            guard let member = group.member(id) else { return }
            let connection = try await connection(to: member, of: group)
            if group.clusterEnabled {
                try await connection.clusterTakeOver(within: Self.deadline)
            } else {
                try await connection.promote(within: Self.deadline)
            }
        case .handOver(let from, let to): try await handOver(from: from, to: to, of: group)
        case .release(let id):
            guard let member = group.member(id) else { return }
            try await release(try await connection(to: member, of: group))
        case .save(let id):
            guard let member = group.member(id) else { return }
            try await connection(to: member, of: group).saveAll(within: Self.saveDeadline)
        case .introduce(let id, let other):
            guard let newcomer = group.member(id), let member = group.member(other) else { return }
            try await connection(to: member, of: group).clusterMeet(
                address(of: newcomer, in: group), busPort: group.port + NodeFiles.busOffset, within: Self.deadline)
        case .forgetNodes(let id, let nodes):
            guard let member = group.member(id) else { return }
            let connection = try await connection(to: member, of: group)
            for node in nodes { try await connection.clusterForget(node, within: Self.deadline) }
        case .bind(let id, let addresses):
            guard let member = group.member(id) else { return }
            try await connection(to: member, of: group).bind(addresses.map(\.description), within: Self.deadline)
        case .tune(let id, let name, let value):
            guard let member = group.member(id) else { return }
            try await connection(to: member, of: group).configure(name, value, within: Self.deadline)
        case .listen(let id):
            guard let member = group.member(id) else { return }
            try await listen(member, of: group)
        case .relink(let id):
            guard let primary = group.member(id) else { return }
            try await relink(primary, of: group)
        default: return
        }
    }

    func address(of member: Member, in group: ReplicationGroup) -> EngineAddress {
        EngineAddress(host: member.address.description, port: group.port)
    }

    func connection(
        to member: Member, of group: ReplicationGroup, within deadline: Duration = NodeWire.deadline
    ) async throws(EngineError) -> EngineConnection {
        try await connections.connection(to: member, of: group, deadline: deadline)
    }

    func patientConnection(
        to member: Member, of group: ReplicationGroup, within deadline: Duration
    ) async throws(EngineError) -> EngineConnection {
        try await patient.connection(
            to: address(of: member, in: group), as: Self.credentials(of: group), encrypted: group.isEncryptedInTransit, deadline: deadline)
    }

    static func credentials(of group: ReplicationGroup) -> EngineCredentials {
        EngineCredentials(username: NodeFiles.administrator, password: group.credentials.administration)
    }
}
