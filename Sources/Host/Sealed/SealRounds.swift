import Logging
import Sealing
import Synchronization

/// Looks after all processes whose files are sealed: what they save is sealed within a second, and when one has ended at once.
final class SealRounds: Sendable {
    private static let interval: Duration = .seconds(1)

    let keys: any DataKeys
    private let blocking: BlockingCalls
    /// So many are sealed at once: it costs processors and disk.
    private let sealing = BlockingCalls(limit: 2)
    private let logger: Logger
    private let places = Mutex<[String: SealedPlace]>([:])
    private let rings: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(keys: any DataKeys, blocking: BlockingCalls, logger: Logger) {
        self.keys = keys
        self.blocking = blocking
        self.logger = logger
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func enter(_ place: SealedPlace) { places.withLock { $0[place.directory.process] = place } }

    func leave(_ place: SealedPlace) {
        places.withLock { places in
            if places[place.directory.process] === place { places[place.directory.process] = nil }
        }
    }

    /// Somebody has saved something for the last time.
    func hurry() { bell.yield() }

    /// Until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [bell] in
                while !Task.isCancelled {
                    try? await Task.sleep(for: Self.interval)
                    bell.yield()
                }
                bell.finish()
            }
            for await _ in rings {
                for place in places.withLock({ Array($0.values) }) {
                    group.addTask { [keys, blocking, sealing, logger] in
                        await withTaskCancellationHandler {
                            await place.look(keys, blocking, sealing, logger)
                        } onCancel: {
                            place.gate.close()
                        }
                    }
                }
            }
        }
    }
}
