import CacheModel
import Foundation
import Logging
import Store

/// The keepers by process: who looks after what, and who is told of which change.
struct Roster {
    private let store: any Store
    private let workshop: Workshop
    private var keepers: [String: ProcessKeeper] = [:]
    private var hasMet = false

    init(store: any Store, workshop: Workshop) {
        self.store = store
        self.workshop = workshop
    }

    /// All specs there are. The first time, what a predecessor left running is adopted.
    mutating func meet(_ records: [Record], in group: inout DiscardingTaskGroup) async throws(StoreError) {
        let names = Set(records.map { String($0.key.dropFirst(ProcessSpec.keyPrefix.count)) })
        if !hasMet {
            await cleanUp(known: names)
            let sweep = OrphanSweep(store: store, logger: workshop.logger)
            group.addTask { await sweep.run(known: names) }
        }
        for id in keepers.keys where !names.contains(id) {
            dismiss(id)
        }
        try await welcome(records.compactMap { decode($0.key, $0.value) }, in: &group)
        hasMet = true
    }

    mutating func follow(_ change: Change, in group: inout DiscardingTaskGroup) async throws(StoreError) {
        var specs: [ProcessSpec] = []
        for write in change.writes {
            switch write {
            case .put(let key, let value): if let spec = decode(key, value) { specs.append(spec) }
            case .delete(let key): dismiss(String(key.dropFirst(ProcessSpec.keyPrefix.count)))
            }
        }
        try await welcome(specs, in: &group)
    }

    /// Tells the keepers of known processes, and finds out what there is of the others.
    private mutating func welcome(_ specs: [ProcessSpec], in group: inout DiscardingTaskGroup) async throws(StoreError) {
        var returning: [ProcessSpec] = []
        for spec in specs {
            if let keeper = keepers[spec.id] {
                keeper.tell(.spec(spec))
            } else if hasMet, access(workshop.data.directory(of: spec.id), F_OK) != 0 {
                // Nothing is known and nothing is there: the usual new process, started without looking any further.
                employ(spec, Stock(), in: &group)
            } else {
                returning.append(spec)
            }
        }
        guard !returning.isEmpty else { return }
        let (statuses, undecodable) = try await readStatuses()
        let wanted = returning.filter { !undecodable.contains($0.id) }
        let stockTaking = StockTaking(data: workshop.data, logger: workshop.logger)
        let stocks = await workshop.blocking.run { stockTaking.take(wanted, statuses) }
        for spec in wanted {
            employ(spec, stocks[spec.id] ?? Stock(), in: &group)
        }
    }

    private mutating func employ(_ spec: ProcessSpec, _ stock: Stock, in group: inout DiscardingTaskGroup) {
        let keeper = ProcessKeeper(id: spec.id, workshop: workshop)
        keepers[spec.id] = keeper
        group.addTask { await keeper.run(spec, stock) }
    }

    private mutating func dismiss(_ id: String) {
        keepers.removeValue(forKey: id)?.tell(.specDeleted)
    }

    private func cleanUp(known: Set<String>) async {
        let stockTaking = StockTaking(data: workshop.data, logger: workshop.logger)
        await workshop.blocking.run {
            for (path, failure) in ProcessDirectory.finishRemovals(in: stockTaking.data) {
                stockTaking.logger.error("Not removed", metadata: ["path": "\(path)", "error": "\(failure)"])
            }
            stockTaking.reportUnknown(except: known)
        }
    }

    private func readStatuses() async throws(StoreError) -> (statuses: [String: ProcessStatus], undecodable: Set<String>) {
        var statuses: [String: ProcessStatus] = [:]
        var undecodable: Set<String> = []
        for record in try await store.list(prefix: ProcessStatus.keyPrefix).records {
            let id = String(record.key.dropFirst(ProcessStatus.keyPrefix.count))
            do {
                statuses[id] = try ProcessRecords.status(record.value)
            } catch {
                undecodable.insert(id)
                workshop.logger.critical(
                    "A status record can't be read: its process is left alone", metadata: ["key": "\(record.key)", "error": "\(error)"])
            }
        }
        return (statuses, undecodable)
    }

    /// nil, said loudly, where the record can't be understood: its process stays as it is.
    private func decode(_ key: String, _ value: Data) -> ProcessSpec? {
        do {
            let spec = try ProcessRecords.spec(value)
            if ProcessSpec.key(spec.id) == key, ProcessDirectory.isProcessName(spec.id) { return spec }
            workshop.logger.critical("A spec record of another name: its process is left alone", metadata: ["key": "\(key)"])
        } catch {
            workshop.logger.critical(
                "A spec record can't be read: its process is left alone", metadata: ["key": "\(key)", "error": "\(error)"])
        }
        return nil
    }
}
