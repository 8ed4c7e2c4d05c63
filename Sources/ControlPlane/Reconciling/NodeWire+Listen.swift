import CacheModel
import Engine

/// The ports of an engine change while it runs. Connections that stand stay, but those of clients that were told to come in another way.
extension NodeWire {
    /// How long the forwarder may take to leave the port.
    private static let patienceWithForwarder: Duration = .seconds(2)
    private static let pace: Duration = .milliseconds(1)

    /// Has an engine listen as its group's clients are to come in. May be repeated, and begun again wherever it ended.
    ///
    /// The way that is closed is closed first, with those who came in by it; then the port of the group is taken, as soon as it can be had.
    func listen(_ member: Member, of group: ReplicationGroup) async throws {
        let connection = try await connection(to: member, of: group)
        let closed = group.closedPorts
        if let settings = group.settingsThatClose { try await connection.configureAll(settings, within: Self.deadline) }
        for port in closed {
            for address in group.addresses(at: member) {
                try await connection.killClients(at: EngineAddress(host: address.description, port: port), within: Self.deadline)
            }
        }
        let deadline = ContinuousClock.now + Self.patienceWithForwarder
        while true {
            do throws(EngineError) {
                try await connection.configureAll(group.settingsThatOpen, within: Self.deadline)
                break
            } catch {
                guard group.transitEncryption != .preferred, case .reply = error, .now < deadline else { throw error }
            }
            try await Task.sleep(for: Self.pace)
        }
        try await closeVainLinks(to: member, connection, of: group)
        await connections.dropFormer(to: member, of: group)
        await probes.dropFormer(to: member, of: group)
    }

    func relink(_ primary: Member, of group: ReplicationGroup) async throws {
        let connection = try await connection(to: primary, of: group)
        let wanted = group.listening.encryptsLinks ? group.listening.encrypted : group.listening.clear
        for link in try await connection.clients(.replica, within: Self.deadline) where link.port != wanted {
            try await connection.killClient(link.id, within: Self.deadline)
        }
    }

    /// A replica that was started meanwhile, and speaks TLS to an engine that did not yet, would wait for an answer for a minute: the engine
    /// waits for the end of a command. It connects anew.
    private func closeVainLinks(to member: Member, _ connection: EngineConnection, of group: ReplicationGroup) async throws {
        let others = Set(group.members.filter { $0.id != member.id }.flatMap(\.addresses).map(\.description))
        for client in try await connection.clients(.normal, within: Self.deadline) where others.contains(client.source) {
            try await connection.killClient(client.id, within: Self.deadline)
        }
    }
}

extension ReplicationGroup {
    /// What a member listens on, or may: its own addresses, and those of its shard's endpoint.
    fileprivate func addresses(at member: Member) -> [IPAddress] {
        member.addresses + (nodeGroups.first { $0.member(member.id) != nil }?.primaryAddresses ?? [])
    }

    /// The ports at which nobody is to have come in any more.
    fileprivate var closedPorts: [Int] {
        let standing = transitChange?.standingIsEncrypted
        switch transitEncryption {
        case .preferred: return []
        case .required: return [innerPorts.clear] + (standing == false ? [port] : [])
        case nil: return [innerPorts.encrypted] + (standing == true ? [port] : [])
        }
    }

    fileprivate var settingsThatClose: [(name: String, value: String)]? {
        switch transitEncryption {
        case .preferred: nil
        case .required: [("port", "0")]
        case nil: [("tls-replication", "no"), ("tls-cluster", "no"), ("tls-port", "0")]
        }
    }

    /// All at once: an engine that refuses one of them changes nothing.
    fileprivate var settingsThatOpen: [(name: String, value: String)] {
        var settings: [(name: String, value: String)] = transitEncryption == .preferred ? NodeConfiguration.encryption : []
        settings += [("port", "\(listening.clear)"), ("tls-port", "\(listening.encrypted)")]
        settings.append(("tls-replication", listening.encryptsLinks ? "yes" : "no"))
        guard clusterEnabled else { return settings }
        settings.append(("tls-cluster", listening.encryptsLinks ? "yes" : "no"))
        // As a node is started with. Other nodes connect anew to one that announces other ports.
        settings.append(("cluster-announce-port", "\(port)"))
        settings.append(("cluster-announce-tls-port", isEncryptedInTransit ? "\(port)" : "0"))
        return settings
    }
}
