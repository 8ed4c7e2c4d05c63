import CacheModel
import Foundation
package import Logging
import ServiceLifecycle
package import Store

/// Makes this machine's packet filter agree with the records of who may connect to whom, and writes back what is in force.
///
/// What it has brought into force stays so when this agent stops, whatever way, as the engines do that it protects; the next one goes on
/// from there.
package struct FirewallAgent: Service {
    private static let lookAgain: Duration = .seconds(10)

    private let store: any Store
    private let logger: Logger
    private let filter: PacketFilter
    private let isOn: Bool

    /// `isOn`: whether the operator wants packets filtered. If not, what an earlier agent brought into force goes.
    package init(dataDirectory: DataDirectory, store: any Store, isOn: Bool, logger: Logger) {
        self.store = store
        self.isOn = isOn
        self.logger = logger
        filter = PacketFilter(data: dataDirectory)
    }

    package func run() async throws {
        let (notices, notice) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await follow(notice) }
                group.addTask {
                    while !Task.isCancelled {
                        notice.yield()
                        try? await Task.sleep(for: Self.lookAgain)
                    }
                    notice.finish()
                }
                var pass = FirewallPass(store: store, filter: filter, isOn: isOn, blocking: BlockingCalls(limit: 1), logger: logger)
                var looked = ContinuousClock.now
                for await _ in notices {
                    let doubts = ContinuousClock.now - looked >= Self.lookAgain / 2
                    if doubts { looked = .now }
                    do {
                        try await pass.run(doubts: doubts)
                    } catch {
                        logger.warning("The records of security groups could not be read or written", metadata: ["error": "\(error)"])
                        try? await Task.sleep(for: .milliseconds(200))
                        notice.yield()
                    }
                }
            }
        }
    }

    private func follow(_ notice: AsyncStream<Void>.Continuation) async {
        var revision = (try? await store.list(prefix: FirewallSpec.keyPrefix).revision) ?? 0
        while !Task.isCancelled {
            for await change in await store.watch(prefix: FirewallSpec.keyPrefix, after: revision) {
                revision = change.revision
                notice.yield()
            }
            revision = (try? await store.list(prefix: FirewallSpec.keyPrefix).revision) ?? revision
            notice.yield()
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Takes the filter away, once nothing is left for it to protect. Needs no agent, and none may run. Returns why it could not be done;
    /// nil if it was, or if there was none.
    package static func takeAway(dataDirectory: DataDirectory, store: any Store) async throws -> String? {
        let told = try await store.list(prefix: FirewallStatus.keyPrefix).records
        guard !told.isEmpty else { return nil }
        let applied = told.contains { (try? JSONDecoder().decode(FirewallStatus.self, from: $0.value))?.applied != nil }
        if applied {
            let filter = PacketFilter(data: dataDirectory)
            let outcome = await BlockingCalls(limit: 1).run { () -> Result<Void, PacketFilter.Failure> in
                Result { () throws(PacketFilter.Failure) in try filter.apply(filter.table.removal) }
            }
            if case .failure(let failure) = outcome { return failure.description }
        }
        try await store.commit(Transaction(writes: told.map { .delete(key: $0.key) }))
        return nil
    }
}
