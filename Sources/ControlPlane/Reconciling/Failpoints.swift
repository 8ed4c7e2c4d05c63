import Planning
import Synchronization

/// Where the service can be made to stop, so that a test can do harm at exactly that point: before or after the nth step of a name.
package final class Failpoints: Sendable {
    package enum Moment: String, Sendable {
        case before
        case after
    }

    /// Points within a step.
    static let inner = ["handOver.paused", "handOver.equal", "handOver.demoted", "handOver.promoted"]
    /// Every point that there is.
    package static var names: [String] { Step.names + inner }

    private let moment: Moment
    private let name: String
    private let left: Mutex<Int>
    private let stop: @Sendable () -> Void

    /// `before:promote` or `after:start:3`. Nil for anything else, and for a name that is no point's.
    package init?(_ text: String, stop: @escaping @Sendable () -> Void) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (2...3).contains(parts.count), let moment = Moment(rawValue: parts[0]), Self.names.contains(parts[1]) else { return nil }
        guard let count = parts.count == 3 ? Int(parts[2]) : 1, count > 0 else { return nil }
        self.moment = moment
        name = parts[1]
        left = Mutex(count)
        self.stop = stop
    }

    func reached(_ moment: Moment, _ name: String) {
        guard moment == self.moment, name == self.name else { return }
        let isDue = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isDue { stop() }
    }
}
