import Access
import CacheModel
import Engine
package import Foundation
package import Logging
import ServiceLifecycle

/// Has nodes know the tokens that count now, second by second, and closes connections of who came in with one too long ago.
///
/// It remembers what each process was given. Who is not known to it, because the process or this service was started anew, is given everything.
package struct TokenKeeper: Service {
    private static let interval: Duration = .seconds(1)
    /// For one node's answer: one that takes longer is given everything when it answers again.
    private static let deadline: Duration = .milliseconds(700)

    let world: World
    let wire: NodeWire
    let tokens: ConnectTokens
    /// After which a connection is closed, and how often they are looked at.
    let connectionLife: (limit: Duration, interval: Duration)
    let now: @Sendable () -> Date
    let logger: Logger

    package init(
        world: World, wire: NodeWire, tokens: ConnectTokens,
        connectionLife: (limit: Duration, interval: Duration) = (.seconds(12 * 3600), .seconds(300)),
        now: @escaping @Sendable () -> Date, logger: Logger
    ) {
        self.world = world
        self.wire = wire
        self.tokens = tokens
        self.connectionLife = connectionLife
        self.now = now
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var given: [String: GivenTokens] = [:]
            var looked = ContinuousClock.now
            var hasWarned = false
            while !Task.isCancelled {
                let start = ContinuousClock.now
                let isDue = looked + connectionLife.interval <= start
                if isDue { looked = start }
                given = await round(given, closingOld: isDue)
                if !hasWarned, !tokens.hasKeys, !given.isEmpty {
                    hasWarned = true
                    logger.warning("users of the authentication type iam come in nowhere: no access keys are kept that could sign for them")
                }
                try? await Task.sleep(until: start + Self.interval)
            }
        }
    }

    /// Tells every node that runs what is new since it was told last. Returns what each process has then.
    func round(_ given: [String: GivenTokens], closingOld: Bool) async -> [String: GivenTokens] {
        let seconds = ConnectTokens.seconds(at: now())
        let places = world.read { $0.tokenPlaces }
        return await withTaskGroup(of: (String, GivenTokens?).self) { tasks in
            for place in places {
                tasks.addTask {
                    let known = given[place.member.process].flatMap { $0.incarnation == place.incarnation ? $0 : nil }
                    return (place.member.process, await tell(place, known, seconds, closingOld: closingOld))
                }
            }
            return await tasks.reduce(into: [:]) { all, answer in all[answer.0] = answer.1 }
        }
    }

    /// Nil: it is not known what it has.
    private func tell(_ place: TokenPlace, _ known: GivenTokens?, _ seconds: ClosedRange<Int>, closingOld: Bool) async -> GivenTokens? {
        do throws(EngineError) {
            let connection = try await wire.patientConnection(to: place.member, of: place.group, within: Self.deadline)
            var marks: [String: [String]] = [:]
            for user in place.users {
                marks[user.name] = try await tell(connection, place, user, known, seconds)
            }
            // Of many clients the list takes its time. What can't be closed now is closed the next time.
            if closingOld {
                _ = try? await connection.closeConnections(of: Set(place.users.map(\.name)), olderThan: connectionLife.limit)
            }
            return GivenTokens(incarnation: place.incarnation, seconds: seconds, marks: marks)
        } catch {
            logger.debug("a node could not be told of tokens", metadata: ["node": "\(place.member.id)", "error": "\(error)"])
            return nil
        }
    }

    /// Returns the marks of what it has then: of the user, and of the keys that signed.
    private func tell(
        _ connection: EngineConnection, _ place: TokenPlace, _ user: NodeAccess.User, _ known: GivenTokens?, _ seconds: ClosedRange<Int>
    ) async throws(EngineError) -> [String] {
        let (name, keys) = (user.name, tokens.keys(for: user.name, of: place.group))
        let marks = [place.group.id, user.revision] + keys.map { "\($0.id) \(Secret.sha256($0.secret))" }
        guard let known, known.marks[name] == marks, known.seconds.overlaps(seconds) else {
            let all = tokens.hashes(for: name, of: place.group, by: keys, seconds)
            try await connection.setPasswords(of: name, to: all, within: Self.deadline)
            try await takeBack(all, from: name, connection, place)
            return marks
        }
        let added = tokens.hashes(for: name, of: place.group, by: keys, seconds.filter { !known.seconds.contains($0) })
        let removed = tokens.hashes(for: name, of: place.group, by: keys, known.seconds.filter { !seconds.contains($0) })
        guard !added.isEmpty || !removed.isEmpty else { return marks }
        try await connection.changePasswords(of: name, adding: added, removing: removed, within: Self.deadline)
        try await takeBack(added, from: name, connection, place)
        return marks
    }

    /// Others may have told the node of something else at this moment, by which the user is none of those who sign.
    private func takeBack(
        _ hashes: [String], from user: String, _ connection: EngineConnection, _ place: TokenPlace
    ) async throws(EngineError) {
        let isStill = world.read { state in
            state.groups[place.group.key].flatMap { state.access(of: $0.value) }?[user]?.login == .iam
        }
        guard !isStill else { return }
        try await connection.removePasswords(of: user, hashes, within: Self.deadline)
        // The passwords that it was given meanwhile may be gone with what was before: it is to be told again.
        try? await world.transact { draft in
            guard var group = draft.group(place.group.key) else { return }
            group.forgetAccess(of: place.member.id)
            try draft.put(group)
        }
    }
}

/// What a process was given of tokens.
struct GivenTokens: Sendable {
    let incarnation: Int
    let seconds: ClosedRange<Int>
    /// By user name, what differs where all tokens are to be given anew: the group's id, the user's last change, the keys that signed.
    let marks: [String: [String]]
}

/// A node that has users who sign.
struct TokenPlace: Sendable {
    let group: ReplicationGroup
    let member: Member
    let incarnation: Int
    let users: [NodeAccess.User]
}

extension WorldState {
    /// The nodes whose processes run and that have users who sign, as they were told last.
    fileprivate var tokenPlaces: [TokenPlace] {
        groups.values.map(\.value).filter { $0.access?.isEmpty == false }.flatMap { group in
            group.members.compactMap { member in
                guard let access = group.access(of: member), let spec = processes[member.process]?.value, spec.goal == .running,
                    let status = statuses[member.process], status.incarnation == spec.incarnation, case .running = status.phase
                else { return nil }
                let users = access.users.filter { $0.login == .iam }
                guard !users.isEmpty else { return nil }
                return TokenPlace(group: group, member: member, incarnation: spec.incarnation, users: users)
            }
        }
    }
}
