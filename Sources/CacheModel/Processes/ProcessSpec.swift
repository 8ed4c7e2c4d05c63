/// A process that a host should run: written by the control plane, read by the host's agent.
///
/// The record comes before the process and goes after it, so that no process is ever without one. Its value is this as plain JSON.
package struct ProcessSpec: Codable, Sendable, Equatable {
    package enum Goal: String, Codable, Sendable {
        /// Run this incarnation. If it ends it stays ended: only a new incarnation is started, never the same one twice.
        case running
        /// Ended in good order (SIGTERM, then SIGKILL after the grace period; with no grace period SIGKILL at once); its directory
        /// kept.
        case stopped
        /// Ended at once (SIGKILL) and its directory removed.
        case removed
    }

    /// A file that the host writes into the process's directory before the start, readable by the owner alone.
    package struct File: Codable, Sendable, Equatable {
        package enum Policy: String, Codable, Sendable {
            case always
            /// Left alone where it exists and is not empty: the process itself keeps it up to date.
            case ifAbsent
            /// Also written while the process runs, when another edition of the record has it.
            case live
        }

        package let name: String
        package let contents: String
        package let policy: Policy

        package init(name: String, contents: String, policy: Policy = .always) {
            self.name = name
            self.contents = contents
            self.policy = policy
        }
    }

    /// A TCP address that the process will listen on: the host refuses to start it while somebody else does.
    package struct Listen: Codable, Sendable, Equatable {
        package let address: String
        package let port: Int

        package init(address: String, port: Int) {
            self.address = address
            self.port = port
        }
    }

    /// A file (or directory) to be copied from another process's directory before the start, where this directory has none of that name.
    ///
    /// Where this directory has it, nothing is done and no source is looked at. Several seeds of one file are alternatives in their
    /// order: the first whose source exists is copied. Where neither this directory nor any source has it the start is refused: a
    /// process without the data it should have begins a new, empty history.
    ///
    /// A seed that replaces is copied although this directory has the file: its own is set aside first, once the copy is whole.
    package struct Seed: Codable, Sendable, Equatable {
        package let process: String
        package let file: String
        /// Nil is false.
        package let replaces: Bool?

        package init(process: String, file: String, replaces: Bool = false) {
            self.process = process
            self.file = file
            self.replaces = replaces ? true : nil
        }
    }

    /// That nothing of the process's data may lie on the disk as it is: its directory is in memory, and the files that it writes and that are to
    /// outlive the machine's memory are copied to the disk sealed.
    package struct Seal: Codable, Sendable, Equatable {
        package let key: WrappedKey
        /// Names of files that are complete whenever they have their name.
        package let files: [String]

        package init(key: WrappedKey, files: [String]) {
            self.key = key
            self.files = files
        }
    }

    /// Unique for ever, and the name of the directory: a lower-case letter, digit or hyphen per character.
    package let id: String
    package var incarnation: Int
    package var goal: Goal
    /// Absolute path.
    package var executable: String
    /// Arguments after the executable's name. Never a secret: anyone may read them.
    package var arguments: [String]
    package var files: [File]
    package var listens: [Listen]
    package var seeds: [Seed]
    /// Names of files (or directories) of an earlier incarnation that this one must not find: renamed to `NAME.aside-TIME` before the
    /// start, and kept for a day.
    package var setAside: [String]?
    /// Seconds between the stop signal (SIGTERM) and SIGKILL; 0 is SIGKILL at once.
    package var stopGrace: Double
    /// Raised when files that are written while the process runs change. Nil is 0.
    package var edition: Int?
    /// The same for as long as there is the process. Nil: its directory is on the disk.
    package var seal: Seal?

    package init(
        id: String, incarnation: Int = 1, goal: Goal = .running, executable: String, arguments: [String],
        files: [File] = [], listens: [Listen] = [], seeds: [Seed] = [], setAside: [String]? = nil,
        stopGrace: Double = ProcessSpec.usualGrace
    ) {
        self.id = id
        self.incarnation = incarnation
        self.goal = goal
        self.executable = executable
        self.arguments = arguments
        self.files = files
        self.listens = listens
        self.seeds = seeds
        self.setAside = setAside
        self.stopGrace = stopGrace
    }

    /// Seconds: for an engine to save its data.
    package static let usualGrace: Double = 60

    package static let keyPrefix = "process/"
    package static func key(_ id: String) -> String { keyPrefix + id }
}
