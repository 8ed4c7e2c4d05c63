extension EngineConnection {
    /// Follows a primary. The engine answers at once; the sync goes on after.
    ///
    /// It connects at once too. If the primary isn't listening yet it tries again only after a second: start the primary first.
    package func replicate(from primary: EngineAddress, within timeout: Duration = commandTimeout) async throws(EngineError) {
        _ = try await send(["REPLICAOF", primary.host, String(primary.port)], within: timeout)
    }

    /// Follows nobody. The data stays.
    package func promote(within timeout: Duration = commandTimeout) async throws(EngineError) {
        _ = try await send(["REPLICAOF", "NO", "ONE"], within: timeout)
    }

    /// Waits until so many replicas have acknowledged what this connection wrote before, and tells how many have when the
    /// engine's patience ends. The command's own deadline is a second more.
    package func waitForReplicas(_ count: Int, patience: Duration) async throws(EngineError) -> Int {
        let arguments = ["WAIT", String(count), String(patience.milliseconds)]
        return Int(try await send(arguments, within: patience + .seconds(1)).integer ?? 0)
    }
}
