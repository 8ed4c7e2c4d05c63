import CacheModel
import Synchronization

/// For how long each member of a group has left every question unanswered, while somebody asked.
///
/// Time in which this service itself was held up does not count: a question that ended far later than its deadline says more of us.
final class Pulse: Sendable {
    private struct Beat {
        var silence: Duration = .zero
        var lastAsked: ContinuousClock.Instant
    }

    private let hangDeadline: Duration
    private let beats = Mutex<[String: Beat]>([:])

    init(hangDeadline: Duration) {
        self.hangDeadline = hangDeadline
    }

    /// Between two rounds of questions: rarer ones would find a hang late, more of them cost a group that is well too much.
    var interval: Duration { hangDeadline / 2 }

    /// Zero for one that answered, and for one that was not asked.
    func silence(of member: String) -> Duration { beats.withLock { $0[member]?.silence ?? .zero } }

    func answered(_ member: String) {
        beats.withLock { $0[member] = nil }
    }

    /// A question was asked at `start`, and again wherever it was refused, and is unanswered after the patience, a hang deadline or more.
    func unanswered(_ member: String, askedAt start: ContinuousClock.Instant, within patience: Duration, now: ContinuousClock.Instant) {
        guard now - start <= patience + patience / 2 else { return answered(member) }
        beats.withLock { beats in
            var beat = beats[member] ?? Beat(lastAsked: start)
            beat.silence += min(now - beat.lastAsked, patience + interval * 2)
            beat.lastAsked = now
            beats[member] = beat
        }
    }

    func forget(allBut members: Set<String>) {
        beats.withLock { beats in beats = beats.filter { members.contains($0.key) } }
    }
}
