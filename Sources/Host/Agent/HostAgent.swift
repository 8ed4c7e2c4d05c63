import CacheModel
import Foundation
package import Logging
package import Sealing
import ServiceLifecycle
package import Store

/// Makes this machine agree with the process specs in the store, and writes back what became of each process.
///
/// It decides nothing about roles, and starts no incarnation twice. When it stops, whatever way, all processes go on running; the next
/// agent adopts them.
package struct HostAgent: Service {
    private let data: DataDirectory
    private let store: any Store
    private let keys: any DataKeys
    private let logger: Logger

    /// The caller holds the data directory's lock: two agents on one directory would start everything twice.
    /// `keys` open and seal what must not lie on the disk as it is.
    package init(dataDirectory: DataDirectory, store: any Store, keys: any DataKeys, logger: Logger) {
        self.data = dataDirectory
        self.keys = keys
        self.store = store
        self.logger = logger
    }

    /// Runs until graceful shutdown or cancellation, and leaves all processes running.
    ///
    /// - Throws: `HostError` if processes can't be watched on this machine.
    package func run() async throws {
        let exits = try ExitWatch()
        defer { exits.close() }
        let journal = StatusJournal(store: store, logger: logger)
        let blocking = BlockingCalls()
        let seals = SealRounds(keys: keys, blocking: blocking, logger: logger)
        let workshop = Workshop(data: data, blocking: blocking, exits: exits, journal: journal, seals: seals, logger: logger)
        await withDiscardingTaskGroup { group in
            group.addTask { await journal.run() }
            await cancelWhenGracefulShutdown { await supervise(workshop) }
            journal.finish()
        }
    }

    private func supervise(_ workshop: Workshop) async {
        await withDiscardingTaskGroup { group in
            let sweep = AsideSweep(data: data, store: store, blocking: workshop.blocking, logger: logger)
            group.addTask { await sweep.run() }
            group.addTask { await workshop.seals.run() }
            var roster = Roster(store: store, workshop: workshop)
            var pause = Duration.milliseconds(20)
            while !Task.isCancelled {
                do throws(StoreError) {
                    let (records, revision) = try await store.list(prefix: ProcessSpec.keyPrefix)
                    try await roster.meet(records, in: &group)
                    for await change in await store.watch(prefix: ProcessSpec.keyPrefix, after: revision) {
                        pause = .milliseconds(20)
                        try await roster.follow(change, in: &group)
                    }
                } catch {
                    logger.error("The process specs could not be read", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }
}
