import CacheModel
import Foundation
package import Sealing
package import Store

extension HostAgent {
    /// A process whose data could not be brought onto the disk: it is in memory alone.
    package struct Unsealed: Sendable, Equatable {
        package let id: String
        package let reason: String
    }

    /// Brings all that was saved in memory onto the disk, sealed, and clears memory of it. What could not be brought there stays in memory, and
    /// is returned.
    ///
    /// For when nothing runs, after `stopAll`. Throws `StoreError` if the records can't be read.
    package static func sealAll(
        dataDirectory: DataDirectory, store: any Store, keys: any DataKeys
    ) async throws(StoreError) -> [Unsealed] {
        var unsealed: [Unsealed] = []
        for spec in try await store.list(prefix: ProcessSpec.keyPrefix).records.compactMap({ try? ProcessRecords.spec($0.value) }) {
            let directory = ProcessDirectory(data: dataDirectory, spec)
            if let reason = await seal(directory, keys) { unsealed.append(Unsealed(id: spec.id, reason: reason)) }
        }
        return unsealed
    }

    /// Nil once all that a process has saved is on the disk, and gone from memory.
    private static func seal(_ directory: ProcessDirectory, _ keys: any DataKeys) async -> String? {
        guard let seal = directory.seal, access(directory.path, F_OK) == 0 else { return nil }
        do {
            let key = try await keys.open(seal.key)
            try await BlockingCalls(limit: 1).run { () throws(HostError) in
                for file in directory.unsealed() { try directory.seal(file, key, while: { true }) }
                try directory.leaveMemory()
            }
            return nil
        } catch {
            return "\(error)"
        }
    }
}
