/// Asks a build, run for a moment, whether it takes the rules of users: an engine whose ACL file has one that it refuses does not start.
package enum AccessTrial {
    /// For each user's rules the engine's words if it refuses them, nil if it takes them. Nil as a whole: the build could not be asked.
    package static func refusals(of rules: [[String]], by build: EngineBuild) async -> [String?]? {
        guard let directory = try? ProbeDirectory.make() else { return nil }
        defer { directory.remove() }
        let probe = BuildProbe(path: build.path)
        do throws(ProbeFailure) {
            let (process, socket) = try await probe.start(in: directory.path)
            let answers = await ask(rules, build, at: socket)
            try await probe.blocking { () throws(ProbeFailure) in process.end() }
            return answers
        } catch {
            return nil
        }
    }

    private static func ask(_ rules: [[String]], _ build: EngineBuild, at socket: String) async -> [String?]? {
        do throws(EngineError) {
            let connection = try await EngineConnection.connect(socketPath: socket, deadline: BuildProbe.patience)
            let orders = rules.map { rules in
                let user = AccessControl.User(name: "elastane-trial", rules: rules, login: .passwords(sha256: []))
                return ["ACL", "SETUSER", user.name, "reset"] + user.words(for: build)
            }
            var words: [String?] = []
            for reply in await connection.send(batch: orders, within: BuildProbe.patience) { words.append(try reply.refusal) }
            await connection.close()
            return words
        } catch {
            return nil
        }
    }
}
