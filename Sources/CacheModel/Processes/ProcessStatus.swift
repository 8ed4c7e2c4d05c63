/// What became of a process: written by the host's agent, read by the control plane. The record's value is this as plain JSON.
package struct ProcessStatus: Codable, Sendable, Equatable {
    /// One process of this machine and this boot, told apart from a later one with the same number.
    package struct Identity: Codable, Sendable, Hashable {
        package let pid: Int32
        /// Field 22 of /proc/PID/stat: clock ticks since boot.
        package let startTime: UInt64
        /// /proc/sys/kernel/random/boot_id
        package let bootID: String

        package init(pid: Int32, startTime: UInt64, bootID: String) {
            self.pid = pid
            self.startTime = startTime
            self.bootID = bootID
        }
    }

    package enum Refusal: String, Codable, Sendable {
        /// Somebody else listens on one of the addresses.
        case addressInUse
        /// The machine does not have one of the addresses.
        case addressMissing
        case executableMissing
        /// Its directory, files or seeds could not be written: disk full, rights, a name that is none, a seed that isn't there.
        case directoryUnwritable
        /// What it is to start on is sealed, and the key for it can't be had.
        case keyUnavailable
        /// The start itself failed: no memory, too many processes.
        case startFailed
    }

    package enum Phase: Codable, Sendable, Equatable {
        case running(Identity)
        /// It ended without having been told to. The detail says how, with the last lines of its log.
        case exited(detail: String)
        /// It was not started. Nothing runs.
        case refused(Refusal, detail: String)
        case stopped
        /// Ended, and its directory gone.
        case removed
    }

    package let id: String
    /// The incarnation that the phase speaks of.
    package var incarnation: Int
    package var phase: Phase
    /// Whether saved data (`dump.rdb`, or a non-empty append-only directory) lay in its directory when the phase was entered.
    package var hasSavedData: Bool
    /// What the `dump.rdb` among them says of itself; nil where there is none, or none that can be read.
    package var snapshot: SavedSnapshot?
    /// When its save began, in nanoseconds since 1970.
    package var snapshotTime: Int64?
    /// When the append-only file among them was last written, in nanoseconds since 1970; nil where there is none.
    package var logTime: Int64?
    /// The edition of the record whose files are in the directory of a process that runs. Nil is 0.
    package var edition: Int?
    /// Why what the process saves does not get onto the disk; nil where it does, and of processes that are not sealed.
    package var sealProblem: String?

    package init(
        id: String, incarnation: Int, phase: Phase, hasSavedData: Bool = false, snapshot: SavedSnapshot? = nil,
        snapshotTime: Int64? = nil, logTime: Int64? = nil
    ) {
        self.id = id
        self.incarnation = incarnation
        self.phase = phase
        self.hasSavedData = hasSavedData
        self.snapshot = snapshot
        self.snapshotTime = snapshotTime
        self.logTime = logTime
    }

    /// Whether the append-only file is what it has saved last: one that an engine no longer keeps stays behind, and grows old.
    ///
    /// A save has its file a moment after the data that it is of: what was written meanwhile is in the append-only file alone.
    package var hasCurrentLog: Bool {
        guard let logTime else { return false }
        return snapshotTime.map { $0 <= logTime + Self.saveStart } ?? true
    }

    /// Nanoseconds.
    private static let saveStart: Int64 = 50_000_000

    /// The detail of a process that was ended, with all others, because somebody ended the whole data directory.
    package static let stoppedDetail = "stopped with the data directory"

    package static let keyPrefix = "process-status/"
    package static func key(_ id: String) -> String { keyPrefix + id }
}
