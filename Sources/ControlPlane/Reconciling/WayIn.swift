import CacheModel
import Engine

/// A port of a node's engine, and whether it is to be spoken to with TLS there.
struct WayIn: Equatable {
    let port: Int
    let isEncrypted: Bool
}

extension ReplicationGroup {
    /// How its nodes may be spoken to, the likeliest first: while clients come to come in another way, and after, the engine of each may listen
    /// in the new way or still in the old one. Past the forwarder wherever that is possible.
    var waysIn: [WayIn] {
        let inner = WayIn(port: innerPorts.encrypted, isEncrypted: true)
        let outer = WayIn(port: port, isEncrypted: transitEncryption == .required)
        guard let transitChange else { return transitEncryption == .preferred ? [inner] : [outer] }
        if transitEncryption == .preferred { return [inner, WayIn(port: port, isEncrypted: transitChange.former == .required)] }
        return transitChange.isUnderWay ? [inner, outer] : [outer, inner]
    }
}

extension EngineConnections {
    /// The live connection to a member's engine, wherever it listens.
    func connection(
        to member: Member, of group: ReplicationGroup, deadline: Duration
    ) async throws(EngineError) -> EngineConnection {
        if let known = existing(to: member, of: group) { return known }
        var failure = EngineError.unreachable("\(member.id) listens nowhere")
        for way in group.waysIn {
            do throws(EngineError) {
                return try await connection(
                    to: EngineAddress(host: member.address.description, port: way.port), as: NodeWire.credentials(of: group),
                    encrypted: way.isEncrypted, deadline: deadline)
            } catch .unreachable(let reason) {
                failure = .unreachable(reason)
            }
        }
        throw failure
    }

    /// The same if there is one.
    func existing(to member: Member, of group: ReplicationGroup) -> EngineConnection? {
        for way in group.waysIn {
            let address = EngineAddress(host: member.address.description, port: way.port)
            if let known = existing(to: address, as: NodeWire.credentials(of: group), encrypted: way.isEncrypted) { return known }
        }
        return nil
    }

    /// Closes what was opened in the way that was before.
    func dropFormer(to member: Member, of group: ReplicationGroup) async {
        let former = group.transitEncryption == .preferred ? group.port : group.innerPorts.encrypted
        await drop(EngineAddress(host: member.address.description, port: former))
    }
}
