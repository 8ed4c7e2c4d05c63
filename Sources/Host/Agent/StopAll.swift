import CacheModel
import Foundation
package import Logging
package import Store

extension HostAgent {
    /// A process that was ended, and whether it had to be killed.
    package struct Stopped: Sendable, Equatable {
        package let id: String
        package let wasKilled: Bool
    }

    /// Ends every process of the data directory: all are told at once (SIGTERM: engines save), each has its grace period, then SIGKILL.
    ///
    /// Needs no agent, and none may run. Their status becomes `exited`, so that the next server starts a new incarnation of each.
    ///
    /// No grace period is longer than the deadline; a deadline of zero kills at once.
    ///
    /// Throws `StoreError` if the records can't be read; nothing was ended then. Returns what was ended, by id.
    package static func stopAll(
        dataDirectory: DataDirectory, store: any Store, logger: Logger, deadline: Duration? = nil
    ) async throws(StoreError) -> [Stopped] {
        let specs = try await store.list(prefix: ProcessSpec.keyPrefix).records.compactMap { try? ProcessRecords.spec($0.value) }
        let records = try await store.list(prefix: ProcessStatus.keyPrefix).records
        let statuses = Dictionary(
            records.compactMap { try? ProcessRecords.status($0.value) }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let stockTaking = StockTaking(data: dataDirectory, logger: logger)
        let ended = await BlockingCalls(limit: 1).run {
            stockTaking.reportUnknown(except: Set(specs.map(\.id)).union(statuses.keys))
            var farewell = Farewell(stocks: stockTaking.take(specs, statuses), specs: specs, statuses: statuses, deadline: deadline)
            return farewell.run()
        }
        let seals = Dictionary(specs.compactMap { spec in spec.seal.map { (spec.id, $0) } }, uniquingKeysWith: { first, _ in first })
        await record(ended, seals, dataDirectory: dataDirectory, store: store, logger: logger)
        return ended.map { Stopped(id: $0.id, wasKilled: $0.wasKilled) }
    }

    private static func record(
        _ ended: [Farewell.Ended], _ seals: [String: ProcessSpec.Seal], dataDirectory: DataDirectory, store: any Store, logger: Logger
    ) async {
        let journal = StatusJournal(store: store, logger: logger)
        for process in ended {
            let directory = ProcessDirectory(data: dataDirectory, process: process.id, seal: seals[process.id])
            journal.record(directory.status(process.incarnation, .exited(detail: ProcessStatus.stoppedDetail)))
        }
        journal.finish()
        await journal.run()
    }
}

/// Ends many processes at once, on the calling thread.
struct Farewell {
    struct Ended: Sendable {
        let id: String
        let incarnation: Int
        let wasKilled: Bool
    }

    private struct Guest {
        let id: String
        let process: ProcessHandle
        let incarnation: Int
        let due: ContinuousClock.Instant
        var wasKilled = false
    }

    private var guests: [Guest] = []
    private let clock = ContinuousClock()

    init(stocks: [String: Stock], specs: [ProcessSpec], statuses: [String: ProcessStatus], deadline: Duration?) {
        let graces = Dictionary(specs.map { ($0.id, $0.stopGrace) }, uniquingKeysWith: { first, _ in first })
        var running = stocks.compactMapValues(\.running)
        // Also those whose spec is gone or unreadable.
        for (id, status) in statuses where stocks[id] == nil {
            guard case .running(let identity) = status.phase, let process = ProcessHandle(identity), !process.hasEnded else { continue }
            running[id] = Stock.Running(process: process, incarnation: status.incarnation)
        }
        let start = clock.now
        guests = running.sorted { $0.key < $1.key }.map { id, running in
            let grace = Duration.seconds(graces[id] ?? 60)
            let due = start + min(grace, deadline ?? grace)
            return Guest(id: id, process: running.process, incarnation: running.incarnation, due: due)
        }
    }

    mutating func run() -> [Ended] {
        var ended: [Ended] = []
        var told: ContinuousClock.Instant?
        while !guests.isEmpty {
            let now = clock.now
            for index in guests.indices where !guests[index].wasKilled && guests[index].due <= now {
                guests[index].process.kill()
                guests[index].wasKilled = true
            }
            // Told again: an engine that can't end just now forgets that it was told to.
            if told.map({ now - $0 >= .seconds(1) }) ?? true {
                for guest in guests where !guest.wasKilled { guest.process.terminate() }
                told = now
            }
            var polls = guests.map { pollfd(fd: $0.process.descriptor, events: Int16(POLLIN), revents: 0) }
            poll(&polls, nfds_t(polls.count), wait(from: now))
            for (guest, poll) in zip(guests, polls) where poll.revents != 0 {
                _ = guest.process.reap()
                ended.append(Ended(id: guest.id, incarnation: guest.incarnation, wasKilled: guest.wasKilled))
            }
            guests = zip(guests, polls).filter { $0.1.revents == 0 }.map(\.0)
        }
        return ended.sorted { $0.id < $1.id }
    }

    /// Milliseconds until the next grace period is over, at most a second.
    private func wait(from now: ContinuousClock.Instant) -> Int32 {
        guard let next = guests.filter({ !$0.wasKilled }).map(\.due).min() else { return 1000 }
        return Int32(min(1000, max(1, (next - now) / .milliseconds(1) + 1)))
    }
}
