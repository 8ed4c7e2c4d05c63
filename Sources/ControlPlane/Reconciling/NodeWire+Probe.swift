import CacheModel
import Engine

extension NodeWire {
    /// Whether an engine says anything at all within the deadline: also that it is loading, or has too many clients; not that a script
    /// keeps it from everything else.
    ///
    /// Over connections of its own, which nobody closes who was in more of a hurry.
    func answers(_ member: Member, of group: ReplicationGroup, within deadline: Duration) async -> Bool {
        do throws(EngineError) {
            if let connection = await probes.existing(to: member, of: group) {
                try await connection.ping(within: deadline)
            } else {
                // To let us in is an answer.
                _ = try await probes.connection(to: member, of: group, deadline: deadline)
            }
            return true
        } catch {
            switch error {
            case .reply(code: "BUSY", message: _): return false
            case .reply: return true
            default: return false
            }
        }
    }

    /// Whether the question of `answers` goes over a connection that stands.
    func isProbed(_ member: Member, of group: ReplicationGroup) async -> Bool {
        await probes.existing(to: member, of: group) != nil
    }
}
