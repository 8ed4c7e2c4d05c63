package import CacheModel

/// What is true of a group at one moment, as read from its host's records and from its engines.
package struct ObservedGroup: Sendable, Equatable {
    /// By member id. A member that is missing here has never been started.
    package var members: [String: ObservedMember]
    /// By route name: the routes that the forwarder has in force, or the reason why not.
    package var routes: [String: ObservedRoute]
    /// By the record of its parameter group; nil while that, or the engine build, is not known.
    package var parameters: WantedParameters?
    /// By the records of its tokens, or of its user groups and their users; nil while one of them can't be read.
    package var access: NodeAccess?
    /// Bytes that a node's data may take with the node type that the group is to have; nil where that is not known, or none was asked for.
    package var memoryToBe: Int64?
    /// For how long each wish on record has been waiting.
    package var waited: [Wish: Duration]
    /// By node group id: for how long it has been without a primary that says so. Missing for one that has one.
    package var withoutPrimary: [String: Duration]
    /// Addresses that an engine was told to bind, and refused.
    package var refusedAddresses: Set<IPAddress>

    package init(
        members: [String: ObservedMember] = [:], routes: [String: ObservedRoute] = [:], parameters: WantedParameters? = nil,
        waited: [Wish: Duration] = [:], withoutPrimary: [String: Duration] = [:], refusedAddresses: Set<IPAddress> = []
    ) {
        self.members = members
        self.routes = routes
        self.parameters = parameters
        self.waited = waited
        self.withoutPrimary = withoutPrimary
        self.refusedAddresses = refusedAddresses
    }

    package subscript(member: Member) -> ObservedMember { members[member.id] ?? ObservedMember() }
}

/// A route's record and what the forwarder made of it.
package struct ObservedRoute: Sendable, Equatable {
    /// Nil once it has been dropped, until the forwarder has let go of it.
    package var desired: RouteSpec?
    package var applied: RouteSpec?
    /// Why the forwarder could not take it.
    package var problem: String?
    /// Of one that is yielded: whether its last connection has ended.
    package var isOver: Bool

    package init(desired: RouteSpec?, applied: RouteSpec?, problem: String? = nil, isOver: Bool = false) {
        self.desired = desired
        self.applied = applied
        self.problem = problem
        self.isOver = isOver
    }
}

package struct ObservedMember: Sendable, Equatable {
    package var process: ObservedProcess
    package var engine: ObservedEngine
    /// How often it has been started; 0 before the first time.
    package var incarnation: Int
    /// The engine that its process was last told to be started with; nil before the first time.
    package var executable: String?
    /// Whether its directory holds a saved copy of the data.
    package var hasSavedData: Bool
    /// What its snapshot says of itself, if it has one.
    package var saved: SavedSnapshot?
    /// Whether its directory holds an append-only file that is what it saved last.
    package var hasLog: Bool
    /// When that was written last, in nanoseconds since 1970.
    package var logTime: Int64?
    /// False while it has to wait before another try: it ended too often of late.
    package var mayStart: Bool
    /// For how long it has left every question unanswered, while somebody asked. Zero for one that answers or does not run.
    package var silence: Duration
    /// Whether its zone is down: it is not to run.
    package var zoneIsDown: Bool
    /// Whether its engine is not installed any more.
    package var buildIsMissing: Bool
    /// Whether the host has written all files that are on record of it.
    package var hasCurrentFiles = false
    /// Why what it saves in memory does not get onto the disk.
    package var sealProblem: String?
    /// Nil for one that has none: its group is not encrypted, or it was never started.
    package var certificate: CertificateStanding?

    package init(
        process: ObservedProcess = .absent, engine: ObservedEngine = .silent, incarnation: Int = 0, executable: String? = nil,
        hasSavedData: Bool = false, saved: SavedSnapshot? = nil, hasLog: Bool = false, logTime: Int64? = nil, mayStart: Bool = true,
        silence: Duration = .zero,
        zoneIsDown: Bool = false,
        buildIsMissing: Bool = false
    ) {
        self.process = process
        self.engine = engine
        self.incarnation = incarnation
        self.executable = executable
        self.hasSavedData = hasSavedData
        self.saved = saved
        self.hasLog = hasLog
        self.logTime = logTime
        self.mayStart = mayStart
        self.silence = silence
        self.zoneIsDown = zoneIsDown
        self.buildIsMissing = buildIsMissing
    }
}

package enum ObservedProcess: Sendable, Equatable {
    /// There is no record of it.
    case absent
    /// It has been ordered; the host has not answered yet.
    case starting
    case running
    case exited(detail: String)
    case refused(ProcessStatus.Refusal, detail: String)
    /// It has been told to end; the host has not confirmed it yet.
    case ending
    case stopped
    case removed

    /// Whether the host has confirmed that nothing runs.
    package var isConfirmedDown: Bool {
        switch self {
        case .absent, .exited, .refused, .stopped, .removed: true
        case .starting, .running, .ending: false
        }
    }
}

package enum ObservedEngine: Sendable, Equatable {
    /// It did not answer: that is neither a yes nor a no.
    case silent
    case loading
    /// Something answers at its address that is not the process that was started there.
    case foreign
    case answering(EngineState)

    package var state: EngineState? {
        guard case .answering(let state) = self else { return nil }
        return state
    }
}

/// One engine's own account of itself.
package struct EngineState: Sendable, Equatable {
    package enum Role: String, Sendable {
        case primary
        case replica
    }

    package var role: Role
    /// Whom it follows; replicas only.
    package var follows: IPAddress?
    /// The link to its primary is up and the first sync is done; replicas only.
    package var isLinked: Bool
    /// Whether the link has ever been up since the process was started, and no sync is under way; replicas only. Only such a one has
    /// a primary's data: what another has may come from an old file.
    package var hasSynced: Bool
    /// A full sync is under way; replicas only.
    package var isSyncing: Bool
    /// Bytes of the replication stream that it has.
    package var offset: Int64
    /// The history that its data belongs to.
    package var replicationID: String
    /// The history that this one goes on from, after a promotion.
    package var previousReplicationID: String?
    /// How long ago it heard from its primary, in whole seconds; linked replicas only.
    package var lastHeard: Duration?
    /// Whether the last try to save its data failed.
    package var isSaveFailing: Bool
    /// Bytes.
    package var usedMemory: Int64
    package var boundAddresses: [IPAddress]
    /// The parameters of `Tuning`, as they are now.
    package var tuning: [String: String]
    /// The ports that links of replicas have come in at; looked at where they may be others than they should.
    package var replicaPorts: Set<Int> = []
    package var cluster: ClusterState?

    package init(
        role: Role, follows: IPAddress? = nil, isLinked: Bool = false, hasSynced: Bool? = nil,
        isSyncing: Bool = false, offset: Int64 = 0,
        replicationID: String = "", previousReplicationID: String? = nil, lastHeard: Duration? = nil,
        isSaveFailing: Bool = false, usedMemory: Int64 = 0, boundAddresses: [IPAddress] = [], tuning: [String: String] = [:],
        cluster: ClusterState? = nil
    ) {
        self.role = role
        self.follows = follows
        self.isLinked = isLinked
        self.hasSynced = hasSynced ?? isLinked
        self.isSyncing = isSyncing
        self.offset = offset
        self.replicationID = replicationID
        self.previousReplicationID = previousReplicationID
        self.lastHeard = lastHeard
        self.isSaveFailing = isSaveFailing
        self.usedMemory = usedMemory
        self.boundAddresses = boundAddresses
        self.tuning = tuning
        self.cluster = cluster
    }
}

/// A node's view of its cluster.
package struct ClusterState: Sendable, Equatable {
    /// `cluster_state:ok`
    package var isServing: Bool
    package var knownNodes: Int
    /// The slots that it owns itself.
    package var slots: [SlotRange]
    /// How many slots it gives to members of the group, itself included.
    package var memberSlots: Int
    /// Names of nodes in its view that are no members, or are to go.
    package var strangers: [String]
    /// Members that are not in its view. By member id.
    package var unknownMembers: [String]
    /// Replicas on record that are in its view, and follow another there than their shard's primary. By member id.
    package var misplacedMembers: [String]
    /// Members of which it can't tell clients yet at which port to connect, as it looks while that changes. By member id.
    package var untoldMembers: [String] = []

    package init(
        isServing: Bool, knownNodes: Int, slots: [SlotRange], memberSlots: Int = 0, strangers: [String] = [], unknownMembers: [String] = [],
        misplacedMembers: [String] = []
    ) {
        self.isServing = isServing
        self.knownNodes = knownNodes
        self.slots = slots
        self.memberSlots = memberSlots
        self.strangers = strangers
        self.unknownMembers = unknownMembers
        self.misplacedMembers = misplacedMembers
    }
}
