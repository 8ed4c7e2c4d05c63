package import Foundation

/// One record: an opaque value under a key, with the revision of the write that last touched it.
package struct Record: Sendable, Equatable {
    package let key: String
    package let value: Data
    /// The store's revision at this record's last write: what a compare-and-set names.
    package let version: Int64

    package init(key: String, value: Data, version: Int64) {
        self.key = key
        self.value = value
        self.version = version
    }
}

/// Conditions and writes that hold or fail together. A key appears in at most one write.
package struct Transaction: Sendable {
    /// "This key's record is at this version"; version 0 means "there is no such record".
    package struct Condition: Sendable, Equatable {
        package let key: String
        package let version: Int64

        package init(key: String, version: Int64) {
            self.key = key
            self.version = version
        }
    }

    package enum Write: Sendable, Equatable {
        case put(key: String, value: Data)
        case delete(key: String)
    }

    package var conditions: [Condition]
    package var writes: [Write]
    /// Whether it may be lost with the power: what it says is then found out again by looking. It is never lost with this process, and
    /// never while a later one that says no such thing is kept.
    package var isFleeting: Bool

    package init(conditions: [Condition] = [], writes: [Write] = [], isFleeting: Bool = false) {
        self.conditions = conditions
        self.writes = writes
        self.isFleeting = isFleeting
    }
}

extension [Transaction] {
    /// Whether any of those that are committed together may not be lost with the power.
    var mustOutlivePower: Bool { !allSatisfy(\.isFleeting) }
}

/// What one committed transaction did, in the order of its writes. A watcher sees it whole or not at all.
package struct Change: Sendable, Equatable {
    package let revision: Int64
    /// The writes under the watched prefix only.
    package let writes: [Transaction.Write]

    package init(revision: Int64, writes: [Transaction.Write]) {
        self.revision = revision
        self.writes = writes
    }
}

package enum StoreError: Error, Sendable, Equatable {
    /// A condition did not hold: nothing was written. The caller reads again and decides again.
    case conflict(key: String)
    /// The store answered no, or could not be asked: nothing was written.
    case failed(String)
    /// The answer was lost: the transaction may or may not have been applied. The caller must look.
    case unknownOutcome(String)
}

/// Versioned records: the contract that every implementation keeps (`StoreConformance` in the tests).
///
/// A commit that returned survives power loss, unless it is fleeting. Revisions grow by one with each commit that wrote something.
package protocol Store: Sendable {
    func get(_ key: String) async throws(StoreError) -> Record?

    /// All records whose key starts with the prefix, by key ascending, from one consistent moment, and that moment's revision.
    func list(prefix: String) async throws(StoreError) -> (records: [Record], revision: Int64)

    /// Applies all writes if all conditions hold. Returns the revision, which is the new version of every record put.
    @discardableResult
    func commit(_ transaction: Transaction) async throws(StoreError) -> Int64

    /// Every change under the prefix committed after the given revision, in order, each exactly once.
    ///
    /// The stream finishes when the store closes, or when the watcher fell so far behind that changes were
    /// compacted away: it then lists and watches anew.
    func watch(prefix: String, after revision: Int64) async -> AsyncStream<Change>
}
