/// At most one live connection to each node of Memcached, and which process answered over it when it was opened.
package actor MemcachedConnections {
    /// A connection to a node that has said which process it is.
    package struct Line: Sendable {
        package let connection: MemcachedConnection
        package let pid: Int32
    }

    /// What a node is to hold for its clients.
    package struct Item: Sendable, Equatable {
        package let key: String
        package let text: String

        package init(key: String, text: String) {
            self.key = key
            self.text = text
        }
    }

    private var open: [EngineAddress: Line] = [:]
    private let trust: EngineTrust?

    /// `trust` is that of the nodes which are spoken to with TLS.
    package init(trust: EngineTrust? = nil) {
        self.trust = trust
    }

    /// Which process answers at an address. Over a connection that stands one question is enough; else it is asked who it is.
    ///
    /// A node that does not hold `item` is given it. That it can't take it, for want of memory say, is no lack of an answer.
    ///
    /// Whatever goes wrong, the connection is closed: the next question goes over a new one.
    package func whoAnswers(
        at address: EngineAddress, encrypted: Bool = false, keeping item: Item? = nil, within deadline: Duration
    ) async throws(EngineError) -> Int32 {
        let end = ContinuousClock.now + deadline
        if let line = open[address], line.connection.isOpen {
            do throws(EngineError) {
                try await Self.ask(line.connection, keeping: item, until: end)
                return line.pid
            } catch {
                await drop(address)
                // It has ended, perhaps long ago: another may be in its place.
                if case .timeout = error { throw error }
            }
        }
        let connection = try await MemcachedConnection.connect(
            to: address, trust: encrypted ? trust : nil, deadline: Self.left(until: end))
        do throws(EngineError) {
            let statistics = try await connection.statistics(within: Self.left(until: end))
            guard let pid = statistics["pid"].flatMap({ Int32($0) }) else {
                throw .unexpected(command: "stats", detail: "no pid")
            }
            try await Self.ask(connection, keeping: item, until: end)
            let before = open.updateValue(Line(connection: connection, pid: pid), forKey: address)
            await before?.connection.close()
            return pid
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Has a node read its certificate again, over a connection of its own: one that stands was made with what was before.
    package func loadCertificate(at address: EngineAddress, within deadline: Duration) async throws(EngineError) {
        let end = ContinuousClock.now + deadline
        let connection = try await MemcachedConnection.connect(to: address, trust: trust, deadline: deadline)
        do throws(EngineError) {
            try await connection.loadCertificate(within: Self.left(until: end))
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private static func ask(
        _ connection: MemcachedConnection, keeping item: Item?, until end: ContinuousClock.Instant
    ) async throws(EngineError) {
        guard let item else {
            try await connection.version(within: left(until: end))
            return
        }
        guard try await connection.item(item.key, within: left(until: end)) != item.text else { return }
        do throws(EngineError) {
            try await connection.store(item.text, as: item.key, within: left(until: end))
        } catch {
            switch error {
            case .reply, .unexpected: return
            default: throw error
            }
        }
    }

    private static func left(until end: ContinuousClock.Instant) -> Duration { max(end - .now, .milliseconds(1)) }

    /// Closes whatever is open to a node, which has ended or moved.
    package func drop(_ address: EngineAddress) async {
        await open.removeValue(forKey: address)?.connection.close()
    }
}
