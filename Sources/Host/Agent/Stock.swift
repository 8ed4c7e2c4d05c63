import CacheModel

/// What is known of one process when the agent begins to look after it.
struct Stock: Sendable {
    struct Running: Sendable {
        let process: ProcessHandle
        let incarnation: Int
    }

    /// It runs and is adopted.
    var running: Running?
    /// What the record says.
    var reported: ProcessStatus?
    /// What the record should say instead.
    var unreported: ProcessStatus?
}

/// What to make of one process's record and of what was found running in its directory. Decided without looking at anything.
///
/// | recorded process | found in the directory | start mark          | decision                                     |
/// |------------------|------------------------|---------------------|----------------------------------------------|
/// | lives            | it                     | any                 | adopt it                                     |
/// | lives            | others too             | any                 | adopt it, end the others                     |
/// | none or ended    | some                   | says which          | adopt the eldest as that incarnation, report |
/// | ended            | none                   | any                 | report that it ended                         |
/// | none             | none                   | of this incarnation | report that it ended                         |
/// | none             | none                   | of another, or none | it was never started                         |
struct Adoption: Equatable, Sendable {
    /// The process to adopt, and as which incarnation.
    var adopt: ProcessStatus.Identity?
    var incarnation = 0
    var unreported: ProcessStatus.Phase?
    /// Processes that run the same program in the same directory and must end: two would write over each other's data.
    var strays: [ProcessStatus.Identity] = []

    /// - Parameters:
    ///   - spec: what should be.
    ///   - status: what was last recorded.
    ///   - recordedLives: whether the process that the status names still exists.
    ///   - ending: how the recorded process ended, where it does not.
    ///   - found: session leaders in the directory that run its program, the eldest first.
    ///   - mark: the start mark in the directory.
    init(
        spec: ProcessSpec, status: ProcessStatus?, recordedLives: Bool, ending: String, found: [ProcessStatus.Identity],
        mark: StartMark?
    ) {
        if let status, case .running(let recorded) = status.phase {
            if recordedLives {
                adopt = recorded
                incarnation = status.incarnation
                strays = found.filter { $0 != recorded }
                return
            }
            incarnation = status.incarnation
            unreported = .exited(detail: ending)
        }
        if let eldest = found.first {
            adopt = eldest
            incarnation = mark?.incarnation ?? spec.incarnation
            unreported = .running(eldest)
            strays = Array(found.dropFirst())
        } else if let mark, mark.incarnation > status?.incarnation ?? Int.min, mark.incarnation == spec.incarnation {
            incarnation = mark.incarnation
            unreported = .exited(detail: "ended before its start was recorded (exit status unknown)")
        }
    }
}
