import AWSProtocol
import CacheModel

/// `Engine` of a cache cluster of its own, in any case.
enum ClusterEngine {
    private static let names = ([MemcachedRelease.engine] + EngineKind.allCases.map(\.rawValue)).sorted()

    /// Throws for what is no engine. An absent one is Redis.
    static func isMemcached(_ name: String?) throws -> Bool {
        guard let name else { return false }
        guard names.contains(name.lowercased()) else {
            throw ServiceFault.value(
                "Invalid value for the parameter Engine: \(name). Allowed values are \(names.dropLast().joined(separator: ", ")) and "
                    + "\(names[names.count - 1]).")
        }
        return name.lowercased() == MemcachedRelease.engine
    }
}
