import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Whether the group runs with cluster mode: by its parameter group if it names one, else by its shards and `ClusterMode`.
enum ClusterModeChoice {
    static func isEnabled(_ input: API.CreateReplicationGroupMessage, shards: Int, engine: EngineChoice) throws -> Bool {
        let isEnabled = engine.namedGroup?.clusterOn ?? (shards > 1 || input.clusterMode == .enabled)
        if let group = engine.namedGroup, !group.clusterOn, shards > 1 {
            throw ServiceFault.combination(
                "The parameter NumNodeGroups is \(shards), and cluster-enabled is no in the CacheParameterGroupName \(group.name). "
                    + "More than one node group needs cluster mode.")
        }
        if let asked = input.clusterMode, (asked == .enabled) != isEnabled {
            let reason = engine.namedGroup.map { "CacheParameterGroupName \($0.name)" } ?? "NumNodeGroups \(shards)"
            throw ServiceFault.combination("The parameter ClusterMode is \(asked.rawValue), which \(reason) contradicts.")
        }
        if isEnabled, !engine.version.supportsClusterMode || !engine.family.hasClusterMode {
            throw ServiceFault.combination(
                "Cluster mode is not supported for EngineVersion \(engine.release.name): it needs 3.2.4 or later. "
                    + "(\(input.clusterMode == .enabled ? "ClusterMode" : "NumNodeGroups"))")
        }
        return isEnabled
    }
}
