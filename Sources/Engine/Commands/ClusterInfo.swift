/// One node's opinion of its cluster: `CLUSTER INFO`.
package struct ClusterInfo: Sendable, Equatable {
    /// Whether the node serves: all slots covered (unless that isn't required) and most primaries in sight.
    package let isOK: Bool
    package let slotsAssigned: Int
    package let slotsOK: Int
    package let knownNodes: Int
    /// Primaries with slots.
    package let size: Int
    package let currentEpoch: Int64
    package let myEpoch: Int64

    package init?(_ text: String) {
        let fields = InfoFields(text)
        guard let state = fields.text("cluster_state") else { return nil }
        isOK = state == "ok"
        slotsAssigned = fields.int("cluster_slots_assigned") ?? 0
        slotsOK = fields.int("cluster_slots_ok") ?? 0
        knownNodes = fields.int("cluster_known_nodes") ?? 0
        size = fields.int("cluster_size") ?? 0
        currentEpoch = fields.integer("cluster_current_epoch") ?? 0
        myEpoch = fields.integer("cluster_my_epoch") ?? 0
    }
}
