/// The engines installed on this machine.
package struct EngineCatalog: Sendable, Equatable {
    /// A file that looked like an engine and couldn't be made to say what it is.
    package struct Unusable: Sendable, Equatable {
        package let path: String
        package let reason: String

        package init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }
    }

    /// The build that serves a version, and how near it is to what was asked for.
    package struct Choice: Sendable, Equatable {
        package enum Fit: String, Sendable {
            /// The same engine, major and minor.
            case same
            /// The same engine, newer.
            case newer
            /// A Redis version on Valkey.
            case otherEngine
        }

        package let build: EngineBuild
        package let fit: Fit
    }

    /// The oldest builds that are used: older ones can't do what a node needs (ACL files, bind at run time).
    package static let oldest = EngineBuild.Version(6, 2)

    package let builds: [EngineBuild]
    package let memcached: [MemcachedBuild]
    package let unusable: [Unusable]

    package init(builds: [EngineBuild], memcached: [MemcachedBuild] = [], unusable: [Unusable] = []) {
        self.memcached = memcached.sorted { ($0.version, $0.path) < ($1.version, $1.path) }
        self.builds = builds.sorted {
            ($0.kind.rawValue, $0.version, $0.path) < ($1.kind.rawValue, $1.version, $1.path)
        }
        self.unusable = unusable
    }

    /// The build for a version, by its engine, major and minor. In this order:
    ///
    /// | asked                  | taken                                                   |
    /// |------------------------|---------------------------------------------------------|
    /// | any                    | the same engine and minor, highest patch                |
    /// | any                    | the nearest newer minor of the same engine              |
    /// | Redis up to 7.2        | the lowest Valkey                                       |
    /// | otherwise              | nothing                                                 |
    ///
    /// Redis 7.1 was never released: it is the service's name for its own 7.0, so it counts as 7.0.
    /// Never an older build than was asked for, and never Valkey's versions on Redis.
    package func choose(_ kind: EngineBuild.Kind, major: Int, minor: Int, needsTLS: Bool = false) -> Choice? {
        let candidates = builds.filter { $0.servesTLS || !needsTLS }
        let asked = kind == .redis && (major, minor) == (7, 1) ? EngineBuild.Version(7, 0) : EngineBuild.Version(major, minor)
        if let build = Self.nearest(candidates.filter { $0.kind == kind && $0.version >= asked }) {
            let isSame = (build.version.major, build.version.minor) == (asked.major, asked.minor)
            return Choice(build: build, fit: isSame ? .same : .newer)
        }
        guard kind == .redis, asked <= EngineBuild.Version(7, 2) else { return nil }
        return Self.nearest(candidates.filter { $0.kind == .valkey }).map { Choice(build: $0, fit: .otherEngine) }
    }

    /// The lowest minor, and of that the highest patch.
    private static func nearest(_ builds: [EngineBuild]) -> EngineBuild? {
        guard let lowest = builds.map(\.version).min() else { return nil }
        let sameMinor = builds.filter { ($0.version.major, $0.version.minor) == (lowest.major, lowest.minor) }
        return sameMinor.max { $0.version < $1.version }
    }
}
