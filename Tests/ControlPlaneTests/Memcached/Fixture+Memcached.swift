import CacheModel
import Planning
import Testing

@testable import ControlPlane

extension Fixture {
    @discardableResult
    func createMemcached(_ id: String = "m", _ form: String = "") async throws -> Reply {
        let base = "CacheClusterId=\(id)&Engine=memcached&CacheNodeType=cache.t3.micro"
        return try await call("CreateCacheCluster", form.isEmpty ? base : "\(base)&\(form)")
    }

    func memcached(_ id: String = "m") -> MemcachedCluster? {
        world.read { $0.resource(MemcachedCluster.self, id, in: Self.home) }
    }

    func changeMemcached(_ id: String = "m", _ change: (inout MemcachedCluster) -> Void) async throws {
        try await world.transact { draft in
            let known = draft.memcached(id, in: Self.home)
            var cluster = try #require(known)
            change(&cluster)
            try draft.put(cluster)
        }
    }

    /// Creates a cluster that is available, with a process on record for each node.
    func availableMemcached(_ id: String = "m", _ form: String = "") async throws {
        let reply = try await createMemcached(id, form)
        try #require(reply.status == 200, "\(reply.text)")
        let nodes = try #require(memcached(id)).nodes
        try await performMemcached(nodes.map { Step.start(member: $0.id, follows: nil, data: StartData()) }, on: id)
        try await changeMemcached(id) { cluster in
            cluster.status = .available
            cluster.wasAvailable = true
        }
    }

    /// Does steps as the cluster's reconciler would.
    func performMemcached(_ steps: [Step], on id: String = "m") async throws {
        let catalog = await tools.engines.catalog()
        try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                let known = draft.memcached(id, in: Self.home)
                let cluster = try #require(known)
                var recorder = MemcachedRecorder(cluster: cluster, tools: tools, catalog: catalog, picker: picker)
                for step in steps { try recorder.record(step, in: &draft) }
                try recorder.finish(in: &draft)
            }
        }
    }
}
