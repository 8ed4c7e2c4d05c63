/// At most one live connection to each node of Memcached, and which process answered over it when it was opened.
package actor MemcachedConnections {
    /// A connection to a node that has said which process it is.
    package struct Line: Sendable {
        package let connection: MemcachedConnection
        package let pid: Int32
    }

    private var open: [EngineAddress: Line] = [:]

    package init() {}

    /// Which process answers at an address. Over a connection that stands the answer is short; else it is asked who it is.
    ///
    /// Whatever goes wrong, the connection is closed: the next question goes over a new one.
    package func whoAnswers(at address: EngineAddress, within deadline: Duration) async throws(EngineError) -> Int32 {
        let start = ContinuousClock.now
        if let line = open[address], line.connection.isOpen {
            do throws(EngineError) {
                try await line.connection.version(within: deadline)
                return line.pid
            } catch {
                await drop(address)
                // It has ended, perhaps long ago: another may be in its place.
                if case .timeout = error { throw error }
            }
        }
        let left = max(deadline - (.now - start), .milliseconds(1))
        let connection = try await MemcachedConnection.connect(to: address, deadline: left)
        do throws(EngineError) {
            let rest = max(deadline - (.now - start), .milliseconds(1))
            let statistics = try await connection.statistics(within: rest)
            guard let pid = statistics["pid"].flatMap({ Int32($0) }) else {
                throw .unexpected(command: "stats", detail: "no pid")
            }
            let before = open.updateValue(Line(connection: connection, pid: pid), forKey: address)
            await before?.connection.close()
            return pid
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Closes whatever is open to a node, which has ended or moved.
    package func drop(_ address: EngineAddress) async {
        await open.removeValue(forKey: address)?.connection.close()
    }
}
