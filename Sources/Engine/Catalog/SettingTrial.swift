/// Asks a build, run for a moment, whether it takes parameters: an engine with one that it refuses in its file would not start.
package enum SettingTrial {
    /// For each setting the engine's words if it refuses it, nil if it takes it. Nil as a whole: the build could not be asked.
    package static func refusals(of settings: [(name: String, value: String)], by path: String) async -> [String?]? {
        guard let directory = try? ProbeDirectory.make() else { return nil }
        defer { directory.remove() }
        let probe = BuildProbe(path: path)
        do throws(ProbeFailure) {
            let (process, socket) = try await probe.start(in: directory.path)
            let answers = await ask(settings, at: socket)
            try await probe.blocking { () throws(ProbeFailure) in process.end() }
            return answers
        } catch {
            return nil
        }
    }

    private static func ask(_ settings: [(name: String, value: String)], at socket: String) async -> [String?]? {
        do throws(EngineError) {
            let connection = try await EngineConnection.connect(socketPath: socket, deadline: BuildProbe.patience)
            let answers = try await connection.configure(settings, within: BuildProbe.patience)
            await connection.close()
            return answers
        } catch {
            return nil
        }
    }
}
