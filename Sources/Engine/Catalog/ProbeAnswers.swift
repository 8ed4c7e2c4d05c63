/// What a probed build answered.
struct ProbeAnswers: Sendable {
    let kind: EngineBuild.Kind
    let version: EngineBuild.Version
    let bindsWhileRunning: Bool
    let disklessLoads: [String]
    let parameters: Set<String>
    let deniable: Set<String>

    private static let disklessLoadValues = ["disabled", "on-empty-db", "swapdb", "flush-before-load"]

    /// All in one write. Asking by trying is the one way that needs no table of versions.
    static let questions: [[String]] =
        [["INFO", "server"], ["CONFIG", "GET", "*"], ["CONFIG", "SET", "bind", "127.0.0.1"]]
        + disklessLoadValues.map { ["CONFIG", "SET", "repl-diskless-load", $0] }
        + WithheldCommands.all.map { ["ACL", "SETUSER", "elastane-probe", "-\($0)"] }

    static func read(_ replies: [Result<RESPValue, EngineError>]) -> Result<ProbeAnswers, ProbeFailure> {
        guard replies.count == questions.count else { return .failure(.notAnEngine) }
        if case .failure(let error) = replies[0] { return .failure(.engine(error)) }
        let accepted = replies.map { reply in
            if case .success(let value) = reply { value } else { RESPValue?.none }
        }
        guard let info = accepted[0]?.text else { return .failure(.notAnEngine) }
        let fields = InfoFields(info)
        let isValkey = fields.text("server_name") == "valkey"
        guard let version = fields.text(isValkey ? "valkey_version" : "redis_version").flatMap(EngineBuild.Version.init) else {
            return .failure(.notAnEngine)
        }
        guard version >= EngineCatalog.oldest else { return .failure(.tooOld(version)) }
        guard let settings = accepted[1]?.elements else { return .failure(.notAnEngine) }
        let loads = accepted[3...].prefix(disklessLoadValues.count)
        let rules = accepted[(3 + disklessLoadValues.count)...]
        return .success(
            ProbeAnswers(
                kind: isValkey ? .valkey : .redis, version: version,
                bindsWhileRunning: accepted[2] != nil,
                disklessLoads: zip(disklessLoadValues, loads).compactMap { $1 == nil ? nil : $0 },
                parameters: Set(stride(from: 0, to: settings.count, by: 2).compactMap { settings[$0].text }),
                deniable: Set(zip(WithheldCommands.all, rules).compactMap { $1 == nil ? nil : $0 })))
    }

    func build(path: String, servesTLS: Bool) -> EngineBuild {
        EngineBuild(
            kind: kind, version: version, path: path, servesTLS: servesTLS, bindsWhileRunning: bindsWhileRunning,
            disklessLoads: disklessLoads, parameters: parameters, deniable: deniable)
    }
}
