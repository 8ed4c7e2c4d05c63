import Foundation

extension String {
    /// NUL ends a text in SQLite's and many other interfaces, so two different keys could meet in one record.
    var isStorableKey: Bool { !utf8.contains(0) }

    /// By bytes, as stores order and compare: `hasPrefix` takes different spellings of one character for equal.
    func startsWithBytes(of prefix: String) -> Bool { utf8.starts(with: prefix.utf8) }

    /// The least byte string above everything that starts with this prefix; nil for the empty prefix, which has none.
    ///
    /// UTF-8 never holds 0xFF, so adding one to the last byte can't overflow.
    var bytesAfterPrefix: Data? {
        var bytes = Data(utf8)
        guard let last = bytes.popLast() else { return nil }
        bytes.append(last + 1)
        return bytes
    }
}

extension Transaction.Write {
    var key: String {
        switch self {
        case .put(let key, _), .delete(let key): key
        }
    }
}

extension Transaction {
    /// Why no store would take this transaction, whatever it holds; nil when it is sound.
    var defect: String? {
        for key in conditions.map(\.key) + writes.map(\.key) where !key.isStorableKey {
            return "the key \(key.debugDescription) contains NUL"
        }
        guard writes.count > 1 else { return nil }
        var seen = Set<[UInt8]>()
        for write in writes where !seen.insert(Array(write.key.utf8)).inserted {
            return "the key \(write.key.debugDescription) is written twice in one transaction"
        }
        return nil
    }
}

extension Change {
    /// What a watcher of the prefix sees of this change; nil if that is nothing.
    func under(_ prefix: String) -> Change? {
        if prefix.isEmpty { return self }
        let seen = writes.filter { $0.key.startsWithBytes(of: prefix) }
        return seen.isEmpty ? nil : Change(revision: revision, writes: seen)
    }
}
