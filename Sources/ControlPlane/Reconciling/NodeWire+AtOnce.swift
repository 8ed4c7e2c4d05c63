import CacheModel
import Engine

/// Orders that several members are given at the same time, so that none waits for another that does not answer.
extension NodeWire {
    typealias Outcome = (done: [String], failure: EngineError?)

    /// Has members serve the certificates that are in their directories. Returns those that do, and why another does not.
    func loadCertificates(_ ids: [String], of group: ReplicationGroup) async -> Outcome {
        await atOnce(ids, of: group) { connection, _ throws(EngineError) in try await connection.loadCertificate(within: Self.deadline) }
    }

    /// Gives members their users. Returns those that have them, and why another has not.
    func giveAccess(
        _ access: NodeAccess, to ids: [String], of group: ReplicationGroup, _ catalog: EngineCatalog
    ) async -> Outcome {
        await atOnce(ids, of: group) { connection, member throws(EngineError) in
            guard let build = catalog.builds.first(where: { $0.path == group.build(of: member).path }) else {
                throw .unexpected(command: "ACL", detail: "\(EngineGone(path: group.build(of: member).path))")
            }
            let known = group.access(of: member)
            _ = try await connection.setUsers(
                NodeFiles.users(access, since: known, of: group), closing: access.deprived(since: known), for: build, within: Self.deadline)
        }
    }

    private func atOnce(
        _ ids: [String], of group: ReplicationGroup,
        _ order: @escaping @Sendable (EngineConnection, Member) async throws(EngineError) -> Void
    ) async -> Outcome {
        await withTaskGroup(of: (String, EngineError?).self) { tasks in
            for member in ids.compactMap(group.member) {
                tasks.addTask {
                    do throws(EngineError) {
                        try await order(try await connection(to: member, of: group), member)
                        return (member.id, nil)
                    } catch {
                        return (member.id, error)
                    }
                }
            }
            return await tasks.reduce(into: ([], nil)) { all, answer in
                if let failure = answer.1 { all.1 = failure } else { all.0.append(answer.0) }
            }
        }
    }
}
