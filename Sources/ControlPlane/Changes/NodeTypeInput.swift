import AWSProtocol
import CacheModel
import ElastiCacheAPI
import Foundation

/// `CacheNodeType` and `ApplyImmediately` of a group or a lone cluster that stands: more or less memory for each node.
enum NodeTypeInput {
    static func change(
        _ group: inout ReplicationGroup, to asked: String?, atOnce: Bool, _ context: RequestContext, _ picker: AddressPicker
    ) throws {
        guard let name = asked ?? (atOnce ? group.pending?.nodeType : nil) else { return }
        guard let type = context.nodeTypes[name] else { throw noType(name) }
        guard name != group.nodeType else { return group.changePending { $0.nodeType = nil } }
        try check(type, for: group, context)
        try NodeQuota.admit(type, to: group, context, picker)
        guard atOnce else { return group.changePending { $0.nodeType = name } }
        begin(name, of: &group, at: context.now)
    }

    /// Begins what waits for the maintenance window.
    static func applyPending(to group: inout ReplicationGroup, at date: Date) {
        if let name = group.pending?.nodeType { begin(name, of: &group, at: date) }
    }

    private static func begin(_ name: String, of group: inout ReplicationGroup, at date: Date) {
        group.changePending { $0.nodeType = nil }
        group.nodeTypeChange = name
        group.beginChange(at: date)
    }

    /// Its snapshots, its failover and its version have to go on with it.
    private static func check(_ type: NodeType, for group: ReplicationGroup, _ context: RequestContext) throws {
        let allowed = group.nodeTypeModifications(in: context.nodeTypes)
        guard allowed?.larger.contains(type.name) == true || allowed?.smaller.contains(type.name) == true else {
            throw ServiceFault.value(
                "The parameter CacheNodeType can not be changed from \(group.nodeType) to \(type.name) for \(group.id): "
                    + "ListAllowedNodeTypeModifications names the node types that it can be changed to.")
        }
    }

    static func noType(_ name: String) -> ServiceFault {
        .value("Invalid Cache Node Type: \(name). The parameter CacheNodeType names no node type.")
    }
}

extension ReplicationGroup {
    /// Nil where its own node type is not known.
    func nodeTypeModifications(in catalog: NodeTypeCatalog) -> NodeTypeModifications? {
        guard let type = catalog[nodeType], let version = EngineVersion(fullEngineVersion) else { return nil }
        var needs: Set<NodeType.Feature> = []
        if automaticFailover { needs.insert(.failover) }
        if snapshotRetentionLimit > 0 { needs.insert(.snapshots) }
        return NodeTypeModifications(of: type, engine, version, needing: needs, in: catalog)
    }
}
