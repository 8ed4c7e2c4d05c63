/// Parameters of a parameter group, turned into what a build understands.
package struct FamilyParameters: Sendable, Equatable {
    /// A parameter that the engine isn't told of, and why.
    package struct NotApplied: Sendable, Equatable {
        package enum Reason: String, Sendable {
            /// This build has nothing of that name, new or old.
            case unknownToBuild
            /// The service itself decides it, or gives it its effect outside the engine's configuration.
            case decidedByService
            /// The engine has no such value; here it would not start.
            case noSuchValue
        }

        package let name: String
        package let value: String
        package let reason: Reason
    }

    /// Name and values, in the order in which they are to be written.
    package let lines: [Line]
    package let notApplied: [NotApplied]

    package struct Line: Sendable, Equatable {
        package let name: String
        package let values: [String]
        /// The parameters that it is made of, by the service's names.
        package let parameters: [String]
    }

    /// The service's own affair: memory that it sets aside, persistence, whether a cluster is one, and behaviour that no engine has.
    private static let service: Set<String> = [
        "appendonly", "appendfsync", "cluster-enabled", "close-on-replica-write", "close-on-slave-write", "rename-commands",
        "replica-allow-chaining", "slave-allow-chaining", "reserved-memory", "reserved-memory-percent",
    ]

    package init(_ parameters: [(name: String, value: String)], for build: EngineBuild, isCluster: Bool) {
        var lines: [Line] = []
        var notApplied: [NotApplied] = []
        var buffers = OutputBufferLimits()
        for (name, value) in parameters {
            if Self.service.contains(name) || (isCluster && name == "databases") {
                notApplied.append(NotApplied(name: name, value: value, reason: .decidedByService))
            } else if buffers.take(name, value) {
                continue
            } else if let known = Self.spellings(of: name).first(where: build.knows) {
                if let accepted = Self.value(value, of: name) {
                    lines.append(Line(name: known, values: [accepted], parameters: [name]))
                } else {
                    notApplied.append(NotApplied(name: name, value: value, reason: .noSuchValue))
                }
            } else {
                notApplied.append(NotApplied(name: name, value: value, reason: .unknownToBuild))
            }
        }
        self.lines = lines + buffers.lines
        self.notApplied = notApplied
    }

    /// The name itself, then what it was or came to be called.
    static func spellings(of name: String) -> [String] {
        let changes = [("slave", "replica"), ("replica", "slave"), ("ziplist", "listpack"), ("listpack", "ziplist")]
        var names = [name]
        for (one, other) in changes where name.contains(one) {
            names.append(name.replacing(one, with: other))
        }
        return names
    }

    /// The engine's value for the service's.
    private static func value(_ value: String, of name: String) -> String? {
        switch (name, value) {
        // With TLS or without, nodes here are found by their addresses.
        case ("cluster-preferred-endpoint-type", "tls-dynamic"): "ip"
        // The service's 0 is the engine's default.
        case ("cluster-databases", "0"): nil
        default: value
        }
    }
}

/// `client-output-buffer-limit-<class>-<limit>`, three parameters, are one line of the engine's.
private struct OutputBufferLimits {
    private struct Limit {
        var hard: String
        var soft: String
        var seconds: String
        var parameters: [String] = []
    }

    /// What holds where a family names only some of the three: the engine's defaults. Bytes, bytes, seconds.
    private static let defaults: [String: Limit] = [
        "normal": Limit(hard: "0", soft: "0", seconds: "0"),
        "pubsub": Limit(hard: "33554432", soft: "8388608", seconds: "60"),
        "replica": Limit(hard: "268435456", soft: "67108864", seconds: "60"),
    ]

    private var limits: [String: Limit] = [:]

    /// False when it is no such parameter.
    mutating func take(_ name: String, _ value: String) -> Bool {
        let prefix = "client-output-buffer-limit-"
        guard name.hasPrefix(prefix) else { return false }
        let rest = name.dropFirst(prefix.count)
        guard let dash = rest.firstIndex(of: "-") else { return false }
        let kind = rest[..<dash] == "slave" ? "replica" : String(rest[..<dash])
        guard var limit = limits[kind] ?? Self.defaults[kind] else { return false }
        switch rest[rest.index(after: dash)...] {
        case "hard-limit": limit.hard = value
        case "soft-limit": limit.soft = value
        case "soft-seconds": limit.seconds = value
        default: return false
        }
        limit.parameters.append(name)
        limits[kind] = limit
        return true
    }

    var lines: [FamilyParameters.Line] {
        limits.sorted { $0.key < $1.key }.map { kind, limit in
            FamilyParameters.Line(
                name: "client-output-buffer-limit", values: [kind, limit.hard, limit.soft, limit.seconds], parameters: limit.parameters)
        }
    }
}
