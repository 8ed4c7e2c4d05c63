import CacheModel
import Foundation
import Planning

/// For how long the wishes on a record have been waiting.
///
/// What they waited before this service was started counts too, by the record, so that a service that is started again and again gives
/// them up all the same. But it counts for nine tenths of the patience at most: while no service ran nobody tried.
struct WishAges {
    struct Asked: Hashable {
        let wish: Wish
        let since: Date?
    }

    private var watched = Lasting<Asked>()

    mutating func look(
        at wishes: [(wish: Wish, since: Date?)], _ now: ContinuousClock.Instant, _ date: Date, patience: Duration
    ) -> [Wish: Duration] {
        let asked = wishes.map { Asked(wish: $0.wish, since: $0.since) }
        watched.look(at: now, Set(asked))
        var ages: [Wish: Duration] = [:]
        for asked in asked {
            let watched = watched[asked] ?? .zero
            let recorded = asked.since.map { Duration.seconds(date.timeIntervalSince($0)) } ?? .zero
            ages[asked.wish] = max(watched, min(recorded, watched + patience * 9 / 10))
        }
        return ages
    }
}
