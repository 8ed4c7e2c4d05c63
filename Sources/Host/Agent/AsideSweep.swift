import CacheModel
import Foundation
import Logging
import Store

/// Removes what was set aside in the directories of known processes, a day later.
struct AsideSweep: Sendable {
    let data: DataDirectory
    let store: any Store
    let blocking: BlockingCalls
    let logger: Logger

    /// Now and every hour, until it is cancelled.
    func run() async {
        while !Task.isCancelled {
            await sweep(now: ProcessDirectory.now)
            try? await Task.sleep(for: .seconds(3600))
        }
    }

    /// What fails is left to the next time.
    func sweep(now: Int64) async {
        do throws(StoreError) {
            for record in try await store.list(prefix: ProcessSpec.keyPrefix).records {
                guard let spec = try? ProcessRecords.spec(record.value), ProcessDirectory.isProcessName(spec.id) else { continue }
                let directory = ProcessDirectory(data: data, spec)
                for (path, failure) in await blocking.run({ directory.removeAsides(now: now) }) {
                    logger.warning("Not removed", metadata: ["path": "\(path)", "error": "\(failure)"])
                }
            }
        } catch {
            logger.warning("What was set aside could not be looked for", metadata: ["error": "\(error)"])
        }
    }
}
