import CHost
import CacheModel
import Foundation
import Sealing

/// What an engine started in this directory would find of an earlier one.
extension ProcessDirectory {
    /// A status of its process, with the saved data as it lies here now. Takes microseconds: who reads the status may have a group to
    /// fail over.
    func status(_ incarnation: Int, _ phase: ProcessStatus.Phase) -> ProcessStatus {
        let logTime = logTime
        let dump = path + "/" + Self.dump
        let hasDump = Self.isFilled(dump)
        if !hasDump, let sealed = sealedHeader(of: Self.dump) {
            return ProcessStatus(
                id: process, incarnation: incarnation, phase: phase, hasSavedData: true, snapshot: sealed.snapshot,
                snapshotTime: sealed.snapshotTime, logTime: logTime)
        }
        let (snapshot, time) = snapshot(in: dump)
        return ProcessStatus(
            id: process, incarnation: incarnation, phase: phase, hasSavedData: hasDump || logTime != nil, snapshot: snapshot,
            snapshotTime: time, logTime: logTime)
    }

    /// What a saved copy says of itself, and when its save began. Nil of any other file.
    func snapshot(in file: String) -> (snapshot: SavedSnapshot?, time: Int64?) {
        guard Self.isFilled(file), let snapshot = SnapshotHeader.read(file) else { return (nil, nil) }
        return (snapshot, Self.start(of: snapshot, in: file))
    }

    static let dump = "dump.rdb"

    /// The header knows the second. The file was made in the same one, unless it is a copy.
    private static func start(of snapshot: SavedSnapshot, in file: String) -> Int64 {
        let second = snapshot.time * 1_000_000_000
        let made = chost_birth_time(file)
        return (second..<second + 2_000_000_000).contains(made) ? made : second
    }

    /// When the append-only file was last written: engines before 7 keep a lone one, later ones a directory of parts.
    private var logTime: Int64? {
        let lone = path + "/appendonly.aof"
        let loneTime = Self.isFilled(lone) ? PlainFile.modificationTime(lone) : nil
        let directory = path + "/appendonlydir"
        var parts = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        // One that is only being begun is none: an engine without a list of parts reads nothing, and an older list is of older data.
        let isBegun = parts.contains { $0.hasSuffix(".manifest") && !$0.hasPrefix("temp") }
        if !isBegun || parts.contains(where: { $0.hasPrefix("temp") && $0.hasSuffix(".incr") }) { parts = [] }
        return (parts.compactMap { PlainFile.modificationTime(directory + "/" + $0) } + [loneTime].compactMap(\.self)).max()
    }

    private static func isFilled(_ file: String) -> Bool { PlainFile.size(file).map { $0 > 0 } ?? false }
}
