/// An installed engine: what it is, and what it said that it can do.
package struct EngineBuild: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case redis
        case valkey
    }

    package struct Version: Codable, Sendable, Hashable, Comparable, CustomStringConvertible {
        package let major: Int
        package let minor: Int
        package let patch: Int

        package init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
            self.major = major
            self.minor = minor
            self.patch = patch
        }

        /// `7.0.15`, `7.0`; what follows the numbers (`-rc1`) is ignored.
        package init?(_ text: String) {
            let numbers = text.prefix { $0.isNumber || $0 == "." }.split(separator: ".").map { Int($0) }
            guard (2...4).contains(numbers.count), let major = numbers[0], let minor = numbers[1] else { return nil }
            self.init(major, minor, numbers.count > 2 ? numbers[2] ?? 0 : 0)
        }

        package var description: String { "\(major).\(minor).\(patch)" }

        package static func < (left: Version, right: Version) -> Bool {
            (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
        }
    }

    package let kind: Kind
    package let version: Version
    /// The file to start, as it was found: a link's own name matters, since one file may serve as several programs.
    package var path: String
    /// Can serve TLS. Knowing the option's name isn't enough: builds without TLS know it too.
    package let servesTLS: Bool
    /// `CONFIG SET bind` takes effect while it runs.
    package let bindsWhileRunning: Bool
    /// Values of `repl-diskless-load` that it takes.
    package let disklessLoads: [String]
    /// Names of its configuration, aliases included.
    package let parameters: Set<String>
    /// Commands and `command|subcommand`s of `WithheldCommands` that its ACL can name.
    package let deniable: Set<String>

    package init(
        kind: Kind, version: Version, path: String, servesTLS: Bool, bindsWhileRunning: Bool, disklessLoads: [String],
        parameters: Set<String>, deniable: Set<String>
    ) {
        self.kind = kind
        self.version = version
        self.path = path
        self.servesTLS = servesTLS
        self.bindsWhileRunning = bindsWhileRunning
        self.disklessLoads = disklessLoads
        self.parameters = parameters
        self.deniable = deniable
    }

    package func knows(_ parameter: String) -> Bool { parameters.contains(parameter) }

    /// Rules such as `-acl|setuser`: since Redis 7.0. Before, subcommands can only be allowed one by one.
    package var deniesSubcommands: Bool { deniable.contains { $0.contains("|") } }
    /// Outgoing connections have an address of their own choice. Without it they leave from the first of `bind`.
    package var choosesSourceAddress: Bool { knows("bind-source-addr") }
    package var choosesBusPort: Bool { knows("cluster-port") }
    /// `nodes.conf` names each node's shard: Redis 7.2 and every Valkey.
    package var writesShardIDs: Bool { kind == .valkey || version >= Version(7, 2) }
}

extension EngineBuild: CustomStringConvertible {
    package var description: String { "\(kind.rawValue) \(version) (\(path))" }
}
