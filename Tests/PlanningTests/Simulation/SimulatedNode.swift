import CacheModel

@testable import Planning

/// An engine in miniature: enough of one to lose data if it is led wrongly.
struct SimulatedNode {
    enum Process: Equatable {
        case absent
        /// Rounds until it answers.
        case starting(Int)
        case running
        case exited(detail: String)
        case refused(ProcessStatus.Refusal)
        /// Told to end; removed or stopped once it has.
        case ending(removed: Bool)
        case stopped
        case removed
    }

    var process = Process.absent
    var incarnation = 0
    var executable: String?
    /// Rounds for which it answers nobody but its clients and its replicas.
    var silence = 0
    /// Rounds for which it does nothing at all, though it runs.
    var frozen = 0
    /// Rounds for which it gets nothing new from its primary.
    var lag = 0
    /// Rounds for which it has not answered.
    var unanswered = 0
    /// Rounds since it heard from its primary.
    var unheard = 0
    /// Rounds until a sync of all data is done.
    var syncing = 0
    /// Whether it had synced before that: should it come to nothing, it keeps what it had.
    var hadSynced = false
    /// Faults that stay with it, however often it is started.
    var neverLinks = false
    var failsToSave = false
    var role = EngineState.Role.primary
    var follows: IPAddress?
    var isLinked = false
    /// Whether it was ever linked since its process was started, or since it last was a primary.
    var hasSynced = false
    var offset: Int64 = 0
    var history = ""
    var previousHistory: String?
    var data = Writes()
    /// What is on its disk; nil if there is nothing.
    var saved: SavedCopy?
    var bound: [IPAddress] = []
    var tuning: [String: String] = [:]
    /// Whom it lets in.
    var access: String?
    /// Cluster mode: whether its own file says that the shard's slots are its own, and since which epoch.
    var ownsSlots = false
    var epoch = 0
    /// Cluster mode: the members in its view, and names of nodes that never were any.
    var knows: Set<String> = []
    var strangers: [String] = []

    var isUp: Bool { process == .running }
    /// Whether it does what it is told and answers.
    var answers: Bool { isUp && silence == 0 && frozen == 0 }
    /// A replica that has finished a sync, and has users' data from it.
    var holdsSyncedData: Bool { isUp && role == .replica && hasSynced && !data.isEmpty }
    var isGone: Bool { process == .absent || process == .removed }

    mutating func end(as process: Process) {
        self.process = process
        isLinked = false
        hasSynced = false
        hadSynced = false
        offset = 0
        history = ""
        previousHistory = nil
        data = Writes()
        bound = []
        (silence, frozen, lag, unanswered, unheard, syncing) = (0, 0, 0, 0, 0, 0)
    }

    /// Writes its data to its disk.
    mutating func save(at time: Int) {
        saved = SavedCopy(data: data, time: time, history: history, offset: offset)
    }

    /// How it looks from outside. The view is nil with cluster mode disabled.
    func observed(clusterView: ClusterState?, zoneIsDown: Bool) -> ObservedMember {
        let state: ObservedProcess =
            switch process {
            case .absent: .absent
            case .starting(let rounds): rounds > 1 ? .starting : .running
            case .running: .running
            case .exited(let detail): .exited(detail: detail)
            case .refused(let refusal): .refused(refusal, detail: "refused")
            case .ending: .ending
            case .stopped: .stopped
            case .removed: .removed
            }
        // One round is a second.
        return ObservedMember(
            process: state, engine: engine(clusterView), incarnation: incarnation, executable: executable,
            hasSavedData: saved != nil, saved: saved?.snapshot, silence: isUp && !answers ? .seconds(unanswered) : .zero,
            zoneIsDown: zoneIsDown)
    }

    private func engine(_ clusterView: ClusterState?) -> ObservedEngine {
        guard answers else { return .silent }
        return .answering(
            EngineState(
                role: role, follows: follows, isLinked: isLinked, hasSynced: hasSynced, isSyncing: syncing > 0,
                offset: offset, replicationID: history,
                previousReplicationID: previousHistory, lastHeard: isLinked ? .seconds(unheard) : nil, isSaveFailing: failsToSave,
                boundAddresses: bound, tuning: tuning, cluster: clusterView))
    }
}
