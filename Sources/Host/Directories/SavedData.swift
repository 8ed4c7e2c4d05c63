import CacheModel
import Foundation

/// What an engine started in this directory would find of an earlier one.
extension ProcessDirectory {
    /// A status of its process, with the saved data as it lies here now. Takes microseconds: who reads the status may have a group to
    /// fail over.
    func status(_ incarnation: Int, _ phase: ProcessStatus.Phase) -> ProcessStatus {
        let hasLog = hasLog
        let dump = path + "/dump.rdb"
        let hasDump = Self.isFilled(dump)
        return ProcessStatus(
            id: process, incarnation: incarnation, phase: phase, hasSavedData: hasDump || hasLog,
            snapshot: hasDump ? SnapshotHeader.read(dump) : nil, hasLog: hasLog ? true : nil)
    }

    /// Whether an append-only file is here: engines before 7 keep a lone one.
    var hasLog: Bool {
        if Self.isFilled(path + "/appendonly.aof") { return true }
        guard let stream = opendir(path + "/appendonlydir") else { return false }
        defer { closedir(stream) }
        var entries = 0
        while entries < 3, readdir(stream) != nil {
            entries += 1
        }
        return entries > 2  // "." and ".."
    }

    private static func isFilled(_ file: String) -> Bool { PlainFile.size(file).map { $0 > 0 } ?? false }
}
