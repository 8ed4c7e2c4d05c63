/// Addresses that change hands between an engine and the forwarder, and when it is tried to listen there.
struct AddressTaking {
    enum Occasion {
        /// Somebody is about to leave the address: it is tried again and again, so that nobody finds it deserted for longer than `pace`.
        case leaving
        /// It was left to somebody, who has some time to take it.
        case left
    }

    struct Attempt {
        let name: String
        let route: Route
        fileprivate let number: Int
        fileprivate let start: ContinuousClock.Instant
        fileprivate let end: ContinuousClock.Instant
    }

    static let pace: Duration = .milliseconds(1)
    private static let patienceWithLeaving: Duration = .seconds(10)
    private static let graceWhenLeft: Duration = .seconds(1)

    private var attempts: [String: Attempt] = [:]
    private var count = 0
    /// Yields when there is something to do.
    let stirred: AsyncStream<Void>
    private let stir: AsyncStream<Void>.Continuation

    init() {
        (stirred, stir) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    var isEmpty: Bool { attempts.isEmpty }

    mutating func begin(_ name: String, for route: Route, _ occasion: Occasion) {
        let now = ContinuousClock.now
        count += 1
        attempts[name] =
            switch occasion {
            case .leaving: Attempt(name: name, route: route, number: count, start: now, end: now + Self.patienceWithLeaving)
            case .left: Attempt(name: name, route: route, number: count, start: now + Self.graceWhenLeft, end: now + Self.graceWhenLeft)
            }
        stir.yield()
    }

    mutating func end(_ name: String) { attempts[name] = nil }

    func due(_ now: ContinuousClock.Instant) -> [Attempt] { attempts.values.filter { $0.start <= now } }

    /// False if it was called off meanwhile.
    mutating func succeeded(_ attempt: Attempt) -> Bool {
        guard attempts[attempt.name]?.number == attempt.number else { return false }
        attempts[attempt.name] = nil
        return true
    }

    mutating func failed(_ attempt: Attempt, at now: ContinuousClock.Instant) {
        guard attempts[attempt.name]?.number == attempt.number, now >= attempt.end else { return }
        attempts[attempt.name] = nil
    }
}
