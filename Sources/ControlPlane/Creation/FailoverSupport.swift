import AWSProtocol
import CacheModel

/// Whether a node type and an engine's version may fail over by themselves.
enum FailoverSupport {
    static func check(_ nodeType: NodeType, _ version: EngineVersion, named name: String) throws {
        if !nodeType.supportsAutomaticFailover {
            throw ServiceFault.combination(
                "Automatic failover is not supported for T1 and T2 cache node types. (AutomaticFailoverEnabled, CacheNodeType)")
        }
        if !version.supportsAutomaticFailover {
            throw ServiceFault.combination("The parameter AutomaticFailoverEnabled is not supported for EngineVersion \(name).")
        }
    }
}
