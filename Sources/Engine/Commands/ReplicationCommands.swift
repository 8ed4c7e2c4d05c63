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

    /// Holds back every write of every client for so long, or until `resumeClients`: reads go on. What was written before is replicated.
    ///
    /// Source: https://valkey.io/commands/client-pause
    package func pauseWrites(_ duration: Duration, within timeout: Duration = commandTimeout) async throws(EngineError) {
        try await expectOK(["CLIENT", "PAUSE", String(duration.milliseconds), "WRITE"], within: timeout)
    }

    package func resumeClients(within timeout: Duration = commandTimeout) async throws(EngineError) {
        try await expectOK(["CLIENT", "UNPAUSE"], within: timeout)
    }

    /// Writes all the data to the disk in the background, and returns when that has succeeded with everything that the engine had when
    /// this was called.
    ///
    /// - Throws: `unexpected` where the save failed, `timeout` where it takes longer than said.
    package func saveAll(within timeout: Duration) async throws(EngineError) {
        let deadline = ContinuousClock.now + timeout
        try await waitForSave(until: deadline)
        _ = try await send(["BGSAVE"])
        let info = try await waitForSave(until: deadline)
        guard info.lastSaveSucceeded else { throw .unexpected(command: "BGSAVE", detail: "the save failed") }
    }

    @discardableResult
    private func waitForSave(until deadline: ContinuousClock.Instant) async throws(EngineError) -> EngineInfo {
        while true {
            let info = try await info()
            if !info.isSaving { return info }
            guard .now < deadline else { throw .timeout }
            do { try await Task.sleep(for: .milliseconds(20)) } catch { throw .lost("cancelled") }
        }
    }
}
