/// Where an engine listens.
package struct EngineAddress: Sendable, Hashable, CustomStringConvertible {
    /// A number, never a name.
    package let host: String
    package let port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// As whom to speak to an engine. Its description tells no secret.
package struct EngineCredentials: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    package let username: String
    package let password: String

    package init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    package var description: String { username }
    package var debugDescription: String { username }
}

/// At most one live connection to each node, opened when first wanted.
///
/// Callers that want the same node while it is being connected wait for that one attempt.
package actor EngineConnections {
    private typealias Outcome = Result<EngineConnection, EngineError>

    private struct Key: Hashable {
        let address: EngineAddress
        let credentials: EngineCredentials
        let isEncrypted: Bool
    }

    private enum Slot {
        case connecting([CheckedContinuation<Outcome, Never>])
        case open(EngineConnection)
    }

    private var slots: [Key: Slot] = [:]
    private let trust: EngineTrust?

    /// `trust` is that of the engines which are spoken to with TLS.
    package init(trust: EngineTrust? = nil) {
        self.trust = trust
    }

    /// The live connection to a node. The deadline is for connecting and authenticating; whoever waits for another's attempt waits
    /// as long as that one may take.
    package func connection(
        to address: EngineAddress, as credentials: EngineCredentials, encrypted: Bool = false,
        deadline: Duration = EngineConnection.commandTimeout
    ) async throws(EngineError) -> EngineConnection {
        let key = Key(address: address, credentials: credentials, isEncrypted: encrypted)
        switch slots[key] {
        case .open(let connection) where connection.isOpen:
            return connection
        case .connecting(var waiting):
            return try await withCheckedContinuation { continuation in
                waiting.append(continuation)
                slots[key] = .connecting(waiting)
            }.get()
        case .open, nil:
            return try await open(key, deadline: deadline)
        }
    }

    /// The live connection to a node, if there is one.
    package func existing(to address: EngineAddress, as credentials: EngineCredentials, encrypted: Bool = false) -> EngineConnection? {
        let key = Key(address: address, credentials: credentials, isEncrypted: encrypted)
        guard case .open(let connection) = slots[key], connection.isOpen else { return nil }
        return connection
    }

    private func open(_ key: Key, deadline: Duration) async throws(EngineError) -> EngineConnection {
        slots[key] = .connecting([])
        let outcome: Outcome
        do throws(EngineError) {
            if key.isEncrypted, trust == nil { throw .unreachable("it speaks TLS, and nothing is known to trust it by") }
            outcome = .success(
                try await EngineConnection.connect(
                    host: key.address.host, port: key.address.port, username: key.credentials.username,
                    password: key.credentials.password, trust: key.isEncrypted ? trust : nil, deadline: deadline))
        } catch {
            outcome = .failure(error)
        }
        var waiting: [CheckedContinuation<Outcome, Never>] = []
        if case .connecting(let others) = slots[key] { waiting = others }
        slots[key] = (try? outcome.get()).map(Slot.open)
        for continuation in waiting {
            continuation.resume(returning: outcome)
        }
        return try outcome.get()
    }

    /// Closes whatever is open to a node, which has ended or moved.
    package func drop(_ address: EngineAddress) async {
        for case (let key, .open(let connection)) in slots where key.address == address {
            slots[key] = nil
            await connection.close()
        }
    }
}
