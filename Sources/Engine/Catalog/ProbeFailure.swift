/// Why a build couldn't be asked what it is.
enum ProbeFailure: Error, Sendable, Equatable {
    case notStarted(errno: Int32)
    /// It ended by itself; its last words.
    case ended(String)
    case tooSlow(String)
    case noDirectory(errno: Int32)
    case engine(EngineError)
    case notAnEngine
    case notMemcached
    case tooOld(EngineBuild.Version)

    var reason: String {
        switch self {
        case .notStarted(let number): "does not start: \(ProbeProcess.message(number))"
        case .ended(let words): "ends at once: \(words)"
        case .tooSlow(let words): "was not ready within \(BuildProbe.patience.milliseconds) ms: \(words)"
        case .noDirectory(let number): "no temporary directory to try it in: \(ProbeProcess.message(number))"
        case .engine(let error): "does not answer: \(error)"
        case .notAnEngine: "answers, but not as Redis or Valkey do"
        case .notMemcached: "is called memcached, and does not describe itself as Memcached does"
        case .tooOld(let version): "is \(version); at least \(EngineCatalog.oldest.major).\(EngineCatalog.oldest.minor) is needed"
        }
    }
}
