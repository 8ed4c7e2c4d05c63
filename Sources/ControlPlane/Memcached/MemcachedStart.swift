import CacheModel
import Engine

/// What a cluster's nodes are started with: of what its parameter group says all that their build takes.
struct MemcachedStart: Sendable {
    private let parameters: MemcachedParameters
    /// What the build does not take, with its words.
    private let refused: [String: String]
    private let port: Int
    private let connectionLimit: Int
    private let isEncrypted: Bool

    /// As the group says, whatever the build makes of it.
    init(of cluster: MemcachedCluster, _ parameters: MemcachedParameters, connectionLimit: Int, refused: [String: String] = [:]) {
        self.parameters = parameters
        self.refused = refused
        port = cluster.port
        isEncrypted = cluster.isEncryptedInTransit
        self.connectionLimit = connectionLimit
    }

    /// The build is asked first, where somebody chose anything: a node with an argument that it refuses would not start.
    init(of cluster: MemcachedCluster, _ parameters: MemcachedParameters, _ tools: ReconcilingTools, _ build: MemcachedBuild?) async {
        let all = MemcachedStart(of: cluster, parameters, connectionLimit: tools.memcached.connectionLimit)
        guard !parameters.chosen.isEmpty, let build else {
            self = all
            return
        }
        // It listens nowhere while it is asked.
        let refused = await tools.engines.refusals(of: all.options(at: []), otherwise: parameters.defaults, by: build)
        self.init(of: cluster, parameters, connectionLimit: all.connectionLimit, refused: refused)
    }

    /// All that was chosen, whether it has an effect or not: a node that was started with it waits for no reboot.
    var chosen: [String: String] { parameters.chosen }

    func options(at addresses: [String]) -> MemcachedOptions {
        MemcachedOptions(
            addresses: addresses, port: port, parameters: parameters.effective, chosen: Set(parameters.chosen.keys),
            connectionLimit: connectionLimit, isEncrypted: isEncrypted
        ).leavingOut(Set(refused.keys), otherwise: parameters.defaults)
    }

    func withoutEffect(on build: MemcachedBuild) -> [ParameterWithoutEffect] {
        let unknown = options(at: []).unknown(to: build).map { ($0, "\(MemcachedRelease.engine) \(build.version) has no such parameter") }
        let reasons = refused.merging(unknown) { words, _ in words }
        let ineffective = reasons.map { ParameterWithoutEffect(name: $0.key, value: parameters.chosen[$0.key] ?? "", reason: $0.value) }
        return (ineffective + parameters.tooNew).sorted { $0.name < $1.name }
    }
}
