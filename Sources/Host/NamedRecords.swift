import CacheModel
import Foundation
import Store

/// The records under one prefix, each read for itself: one that can't be read concerns what it names alone.
struct NamedRecords<Value: Decodable> {
    /// By name.
    private(set) var values: [String: Value] = [:]
    /// Those that can't be read, by name, and what is wrong with them.
    private(set) var unreadable: [String: (record: Record, problem: String)] = [:]

    /// `name` is what a value says that it is called.
    init(_ records: [Record], prefix: String, name: (Value) -> String) {
        for record in records {
            let key = String(record.key.dropFirst(prefix.count))
            do {
                let value = try JSONDecoder().decode(Value.self, from: record.value)
                if name(value) == key {
                    values[key] = value
                } else {
                    unreadable[key] = (record, "it is of another name")
                }
            } catch {
                unreadable[key] = (record, "\(error)")
            }
        }
    }
}
