import CacheModel

@testable import Planning

/// An engine in miniature: enough of one to lose data if it is led wrongly.
struct SimulatedNode {
    enum Process: Equatable {
        case absent
        /// Rounds until it answers.
        case starting(Int)
        case running
        case exited
        case refused(ProcessStatus.Refusal)
        case ending
        case removed
    }

    var process = Process.absent
    var incarnation = 0
    /// Rounds for which it answers nobody.
    var silence = 0
    var role = EngineState.Role.primary
    var follows: IPv4Address?
    var isLinked = false
    /// Whether it was ever linked since its process was started, or since it last was a primary.
    var hasSynced = false
    var offset: Int64 = 0
    var history = ""
    var previousHistory: String?
    /// How many of the users' writes it holds.
    var data = 0
    /// How many its dump on the disk holds; nil if there is none.
    var saved: Int?
    var bound: [IPv4Address] = []
    var tuning: [String: String] = [:]
    /// Cluster mode: whether its own file says that the shard's slots are its own, and since which epoch.
    var ownsSlots = false
    var epoch = 0
    /// Cluster mode: nodes in its view that are no members.
    var strangers: [String] = []

    var isUp: Bool { process == .running }
    /// A replica that has finished a sync, and has users' data from it.
    var holdsSyncedData: Bool { isUp && role == .replica && hasSynced && data > 0 }

    mutating func end(as process: Process) {
        self.process = process
        isLinked = false
        hasSynced = false
        offset = 0
        history = ""
        previousHistory = nil
        data = 0
        bound = []
        silence = 0
    }

    /// How it looks from outside. The view is nil with cluster mode disabled.
    func observed(clusterView: ClusterState?) -> ObservedMember {
        let state: ObservedProcess =
            switch process {
            case .absent: .absent
            case .starting(let rounds): rounds > 1 ? .starting : .running
            case .running: .running
            case .exited: .exited(detail: "ended")
            case .refused(let refusal): .refused(refusal, detail: "refused")
            case .ending: .ending
            case .removed: .removed
            }
        return ObservedMember(
            process: state, engine: engine(clusterView), incarnation: incarnation, hasSavedData: saved != nil)
    }

    private func engine(_ clusterView: ClusterState?) -> ObservedEngine {
        guard isUp, silence == 0 else { return .silent }
        return .answering(
            EngineState(
                role: role, follows: follows, isLinked: isLinked, hasSynced: hasSynced, offset: offset, replicationID: history,
                previousReplicationID: previousHistory, boundAddresses: bound, tuning: tuning, cluster: clusterView))
    }
}
