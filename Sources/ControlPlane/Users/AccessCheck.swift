import AWSProtocol
import CacheModel
import Engine

/// Whether engines take what users may do: the builds of the groups that they come in at, or else those that they might.
///
/// A transaction can't wait for an engine. Of what was not asked yet it is told by `Unasked`, and is drawn up again with the answers.
struct AccessCheck {
    struct Unasked: Error {
        let questions: Set<AccessTrials.Question>
    }

    let catalog: EngineCatalog
    var answers: [AccessTrials.Question: String?] = [:]

    /// Where no group has them, one of the builds is to take them that a group of their engine would have.
    func check(_ access: AccessString, of user: User, in state: WorldState) throws {
        let groups = state.userGroups(of: user).flatMap(state.groups(using:))
        guard groups.isEmpty else {
            for group in groups { try check(access, of: user, at: group) }
            return
        }
        let likely = [EngineKind.redis, .valkey].filter { user.engine == .redis || $0 == .valkey }.compactMap { kind in
            catalog.builds.last { $0.kind.rawValue == kind.rawValue }
        }
        let refusals = try refusals(likely.map { AccessTrials.Question(access: access, build: $0) })
        if let first = refusals.first ?? nil, !refusals.contains(nil) { throw Self.fault(first) }
    }

    /// Of a user who comes in, or is to come in, at a group.
    func check(_ access: AccessString, of user: User, at group: ReplicationGroup) throws {
        let builds = group.builds.compactMap { known in catalog.builds.first { $0.path == known.path } }
        for (build, words) in zip(builds, try refusals(builds.map { AccessTrials.Question(access: access, build: $0) })) {
            guard let words else { continue }
            throw ServiceFault.value(
                "The user \(user.name) can not come in at the replication group \(group.id), which is served by \(build.kind.rawValue) "
                    + "\(build.version): \(words.prefix(300)) (AccessString)")
        }
    }

    private func refusals(_ questions: [AccessTrials.Question]) throws -> [String?] {
        let open = questions.filter { answers[$0] == nil }
        guard open.isEmpty else { throw Unasked(questions: Set(open)) }
        return questions.map { answers[$0] ?? nil }
    }

    private static func fault(_ words: String) -> ServiceFault { .value("\(words.prefix(300)) (AccessString)") }
}

extension World {
    /// A transaction that may ask which rules of users engines take.
    func transact<T>(
        askingOf engines: InstalledEngines, _ body: (inout Draft, AccessCheck) throws -> T
    ) async throws -> T {
        var check = AccessCheck(catalog: await engines.catalog())
        while true {
            do {
                return try await transact { draft in try body(&draft, check) }
            } catch let unasked as AccessCheck.Unasked {
                check.answers.merge(await engines.access.answers(to: unasked.questions)) { $1 }
            }
        }
    }
}
