import CacheModel
import Foundation
import Logging
import Store

/// Looks, again and again, whether the packet filter lets in whom the records say and nobody else, and sees to it.
///
/// Where no record ever wanted anything filtered, the packet filter is not asked: it needs neither to be there nor to be ours to change.
struct FirewallPass {
    private let store: any Store
    private let filter: PacketFilter
    private let blocking: BlockingCalls
    private let logger: Logger
    /// What was last brought into force.
    private var inForce: String?
    /// What was last said to be wrong, so that it is said once.
    private var complaint: String?

    init(store: any Store, filter: PacketFilter, blocking: BlockingCalls, logger: Logger) {
        self.store = store
        self.filter = filter
        self.blocking = blocking
        self.logger = logger
    }

    /// One look. `doubts` whether what was brought into force still is.
    mutating func run(doubts: Bool) async throws {
        let wanted = NamedRecords<FirewallSpec>(
            try await store.list(prefix: FirewallSpec.keyPrefix).records, prefix: FirewallSpec.keyPrefix, name: \.name)
        let told = NamedRecords<FirewallStatus>(
            try await store.list(prefix: FirewallStatus.keyPrefix).records, prefix: FirewallStatus.keyPrefix, name: \.name)
        // A record that can't be read opens no door: what held before goes on to hold.
        let kept = wanted.unreadable.keys.compactMap { told.values[$0]?.applied }
        let specs = Array(wanted.values.values) + kept
        let wasInForce = told.values.values.contains { $0.applied != nil }
        guard !specs.isEmpty || !told.values.isEmpty || !told.unreadable.isEmpty else { return }
        var problem: String?
        if specs.isEmpty {
            problem = wasInForce ? await perform(filter.table.removal, doubts: false) : nil
        } else {
            problem = await perform(filter.table.text(specs), doubts: doubts)
        }
        complain(problem)
        try await tell(wanted, told, problem)
    }

    /// Returns why it did not succeed; nil if it did.
    private mutating func perform(_ text: String, doubts: Bool) async -> String? {
        let filter = filter
        let isInForce = inForce == text
        if isInForce, !doubts { return nil }
        let outcome = await blocking.run { () -> Result<Void, PacketFilter.Failure> in
            if isInForce, filter.isInForce { return .success(()) }
            return Result { () throws(PacketFilter.Failure) in try filter.apply(text) }
        }
        switch outcome {
        case .success:
            inForce = text
            return nil
        case .failure(let failure):
            inForce = nil
            return failure.description
        }
    }

    private mutating func complain(_ problem: String?) {
        if let problem, problem != complaint {
            logger.warning("The security groups could not be brought into force", metadata: ["problem": "\(problem)"])
        }
        complaint = problem
    }

    private func tell(
        _ wanted: NamedRecords<FirewallSpec>, _ told: NamedRecords<FirewallStatus>, _ problem: String?
    ) async throws {
        var writes: [Transaction.Write] = []
        for (name, spec) in wanted.values.sorted(by: { $0.key < $1.key }) {
            let before = told.values[name]?.applied
            let status = FirewallStatus(name: name, applied: problem == nil ? spec : before, problem: before == spec ? nil : problem)
            if status != told.values[name] {
                writes.append(.put(key: FirewallStatus.key(name), value: try JSONEncoder().encode(status)))
            }
        }
        if problem == nil {
            for name in Set(told.values.keys).union(told.unreadable.keys)
            where wanted.values[name] == nil && wanted.unreadable[name] == nil {
                writes.append(.delete(key: FirewallStatus.key(name)))
            }
        }
        if !writes.isEmpty { try await store.commit(Transaction(writes: writes)) }
    }
}
