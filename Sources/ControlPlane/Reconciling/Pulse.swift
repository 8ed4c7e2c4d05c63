import CacheModel
import Synchronization

/// For how long each member of a group has left every question unanswered, while somebody asked.
///
/// Time in which this service itself was held up does not count: a probe that ended far later than its deadline says more of us.
final class Pulse: Sendable {
    private struct Beat {
        var silence: Duration = .zero
        var failures = 0
        var lastAsked: ContinuousClock.Instant?
    }

    /// Two questions at least: one may be lost with its connection.
    private static let fewestFailures = 2
    private static let shortestDeadline: Duration = .milliseconds(200)

    private let hangDeadline: Duration
    private let beats = Mutex<[String: Beat]>([:])

    init(hangDeadline: Duration) {
        self.hangDeadline = hangDeadline
    }

    /// Between two rounds of questions: rarer ones would find a hang late, more of them cost a group that is well too much.
    var interval: Duration { hangDeadline / 2 }

    /// Zero for one that answered, and for one that was not asked often enough to say.
    func silence(of member: String) -> Duration {
        beats.withLock { beats in
            guard let beat = beats[member], beat.failures >= Self.fewestFailures else { return .zero }
            return beat.silence
        }
    }

    /// How long the next answer may take: at first most of the deadline, then what is left of it.
    func deadline(for member: String) -> Duration {
        let silence = beats.withLock { $0[member]?.silence ?? .zero }
        return max(silence == .zero ? hangDeadline * 3 / 4 : hangDeadline - silence, Self.shortestDeadline)
    }

    func answered(_ member: String) {
        beats.withLock { $0[member] = nil }
    }

    /// A question was asked at `start`, was given the deadline, and is unanswered now.
    func unanswered(_ member: String, askedAt start: ContinuousClock.Instant, within deadline: Duration, now: ContinuousClock.Instant) {
        guard now - start <= deadline + deadline / 2 + interval else { return answered(member) }
        beats.withLock { beats in
            var beat = beats[member] ?? Beat()
            beat.silence += min(now - (beat.lastAsked ?? start), deadline + interval * 2)
            beat.failures += 1
            beat.lastAsked = now
            beats[member] = beat
        }
    }

    func forget(allBut members: Set<String>) {
        beats.withLock { beats in beats = beats.filter { members.contains($0.key) } }
    }
}
