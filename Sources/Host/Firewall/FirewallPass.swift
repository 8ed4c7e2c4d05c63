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
    private let isOn: Bool
    private let blocking: BlockingCalls
    private let logger: Logger
    /// What was last brought into force.
    private var inForce: String?
    /// What was last said to be wrong, so that it is said once.
    private var complaint: String?

    init(store: any Store, filter: PacketFilter, isOn: Bool, blocking: BlockingCalls, logger: Logger) {
        self.store = store
        self.filter = filter
        self.isOn = isOn
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
        var failure: Failure?
        if specs.isEmpty || !isOn {
            failure = wasInForce ? await perform(filter.table.removal, doubts: false) : nil
            if !isOn, failure == nil {
                failure = Failure(problem: "the packet filter is switched off (--packet-filter off)", remains: false)
            }
        } else {
            failure = await perform(filter.table.text(specs), doubts: doubts)
        }
        complain(failure?.problem)
        try await tell(wanted, told, failure)
    }

    private struct Failure {
        let problem: String
        /// Whether what was in force before still is.
        let remains: Bool
    }

    /// Nil if it succeeded.
    private mutating func perform(_ text: String, doubts: Bool) async -> Failure? {
        let filter = filter
        let isInForce = inForce == text
        if isInForce, !doubts { return nil }
        let failure = await blocking.run { () -> Failure? in
            if isInForce, filter.isInForce { return nil }
            do throws(PacketFilter.Failure) {
                try filter.apply(text)
                return nil
            } catch {
                return Failure(problem: error.description, remains: filter.isInForce)
            }
        }
        inForce = failure == nil ? text : nil
        return failure
    }

    private mutating func complain(_ problem: String?) {
        if let problem, problem != complaint {
            logger.warning("The security groups could not be brought into force", metadata: ["problem": "\(problem)"])
        }
        complaint = problem
    }

    private func tell(
        _ wanted: NamedRecords<FirewallSpec>, _ told: NamedRecords<FirewallStatus>, _ failure: Failure?
    ) async throws {
        var writes: [Transaction.Write] = []
        for (name, spec) in wanted.values.sorted(by: { $0.key < $1.key }) {
            let before = failure?.remains == true ? told.values[name]?.applied : nil
            let applied = failure == nil ? spec : before
            let status = FirewallStatus(name: name, applied: applied, problem: applied == spec ? nil : failure?.problem)
            if status != told.values[name] {
                writes.append(.put(key: FirewallStatus.key(name), value: try JSONEncoder().encode(status)))
            }
        }
        if failure?.remains != true {
            for name in Set(told.values.keys).union(told.unreadable.keys)
            where wanted.values[name] == nil && wanted.unreadable[name] == nil {
                writes.append(.delete(key: FirewallStatus.key(name)))
            }
        }
        if !writes.isEmpty { try await store.commit(Transaction(writes: writes)) }
    }
}
