import CacheModel
import Engine
import Planning

/// Asks the nodes of Memcached clusters whether they are there, and which process each is.
struct MemcachedWire: Sendable {
    /// What one node was asked, and said.
    struct Heard: Sendable {
        let answer: ObservedMemcachedNode.Answer
        let askedAt: ContinuousClock.Instant
        let patience: Duration
    }

    private static let patience: Duration = .milliseconds(700)
    /// For one that was silent: it must not hold up what is decided about the others.
    private static let impatience: Duration = .milliseconds(250)
    /// At some looks: one that is slow must be heard some time.
    private static let longPatience: Duration = .seconds(2)

    private let connections: MemcachedConnections

    init(trust: EngineTrust? = nil) {
        connections = MemcachedConnections(trust: trust)
    }

    /// All at once, by node id. The processes are those that must answer.
    ///
    /// Each is to hold what clients are told of the nodes: some ask a node, and where that does not know the command for it, for the item.
    func ask(
        _ running: [(node: MemcachedNode, pid: Int32)], of cluster: MemcachedCluster, telling discovery: MemcachedDiscovery?,
        silentBefore: Set<String>, patiently: Bool
    ) async -> [String: Heard] {
        let item = discovery.map { MemcachedConnections.Item(key: MemcachedDiscovery.item, text: $0.text) }
        return await withTaskGroup(of: (String, Heard).self) { tasks in
            for (node, pid) in running {
                let patience = !silentBefore.contains(node.id) ? Self.patience : patiently ? Self.longPatience : Self.impatience
                tasks.addTask { (node.id, await ask(node, pid, of: cluster, keeping: item, patience)) }
            }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func ask(
        _ node: MemcachedNode, _ pid: Int32, of cluster: MemcachedCluster, keeping item: MemcachedConnections.Item?, _ patience: Duration
    ) async -> Heard {
        let start = ContinuousClock.now
        let address = EngineAddress(host: node.address.description, port: cluster.port)
        let answer: ObservedMemcachedNode.Answer
        do throws(EngineError) {
            let who = try await connections.whoAnswers(
                at: address, encrypted: cluster.isEncryptedInTransit, keeping: item, within: patience)
            answer = who == pid ? .answering : .foreign
        } catch {
            answer = .silent
        }
        return Heard(answer: answer, askedAt: start, patience: patience)
    }

    /// Has nodes serve the certificates that are in their directories. Returns those that do, and why another does not.
    func loadCertificates(_ ids: [String], of cluster: MemcachedCluster) async -> (loaded: [String], failure: EngineError?) {
        var loaded: [String] = []
        var failure: EngineError?
        for node in cluster.nodes where ids.contains(node.id) {
            do throws(EngineError) {
                try await connections.loadCertificate(
                    at: EngineAddress(host: node.address.description, port: cluster.port), within: Self.longPatience)
                loaded.append(node.id)
            } catch {
                failure = error
            }
        }
        return (loaded, failure)
    }

    /// Closes what is open to nodes that are gone.
    func forget(_ nodes: [MemcachedNode], port: Int) async {
        for node in nodes { await connections.drop(EngineAddress(host: node.address.description, port: port)) }
    }
}
