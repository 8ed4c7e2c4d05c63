import CacheModel
import Planning
import Testing

@testable import ControlPlane

extension Fixture {
    /// Creates a lone cluster and returns the answer. What the form says comes last, and so counts.
    @discardableResult
    func createCluster(_ id: String = "c", _ form: String = "") async throws -> Reply {
        let base = "CacheClusterId=\(id)&Engine=redis&EngineVersion=7.0&NumCacheNodes=1&CacheNodeType=cache.t3.micro"
        return try await call("CreateCacheCluster", form.isEmpty ? base : "\(base)&\(form)")
    }

    func cluster(_ id: String) -> ReplicationGroup? { world.read { $0.groups[key(id, kind: .cacheCluster)]?.value } }

    func changeCluster(_ id: String, _ change: (inout ReplicationGroup) -> Void) async throws {
        try await world.transact { draft in
            let known = draft.group(key(id, kind: .cacheCluster))
            var cluster = try #require(known)
            change(&cluster)
            try draft.put(cluster)
        }
    }

    /// Creates a lone cluster that is available, and whose process is on record.
    func availableCluster(_ id: String = "c", _ form: String = "") async throws {
        let reply = try await createCluster(id, form)
        try #require(reply.status == 200, "\(reply.text)")
        try await perform([.start(member: id, follows: nil, data: .init()), .becomeAvailable], on: id, kind: .cacheCluster)
    }
}
