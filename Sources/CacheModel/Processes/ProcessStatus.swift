/// What became of a process: written by the host's agent, read by the control plane. The record's value is this as plain JSON.
package struct ProcessStatus: Codable, Sendable, Equatable {
    /// One process of this machine and this boot, told apart from a later one with the same number.
    package struct Identity: Codable, Sendable, Equatable {
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
    /// Whether an append-only file lay there. Nil is no.
    package var hasLog: Bool?

    package init(
        id: String, incarnation: Int, phase: Phase, hasSavedData: Bool = false, snapshot: SavedSnapshot? = nil, hasLog: Bool? = nil
    ) {
        self.id = id
        self.incarnation = incarnation
        self.phase = phase
        self.hasSavedData = hasSavedData
        self.snapshot = snapshot
        self.hasLog = hasLog
    }

    package static let keyPrefix = "process-status/"
    package static func key(_ id: String) -> String { keyPrefix + id }
}
