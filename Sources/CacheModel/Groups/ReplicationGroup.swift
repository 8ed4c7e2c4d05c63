#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// A replication group as it should be: what the API's answers are made of, and what the planner works towards.
///
/// A lone cache cluster is the same value with one member and `kind` `.cacheCluster`.
package struct ReplicationGroup: Codable, Sendable, Equatable, NetworkedCache {
    package var kind: GroupKey.Kind
    package var realm: Realm
    package var id: String
    /// Unique for ever: tells this group from an earlier one of the same name.
    package var uid: String
    package var description: String
    package var status: GroupStatus
    /// When what it is `modifying` for was asked for; nil otherwise, and in older records.
    package var modifyingSince: Date?
    /// Why a creation failed, for people.
    package var failure: String?
    package var createTime: Date

    package var engine: EngineKind
    /// As asked for and as the API names it: `7.0`, `2.8.24`.
    package var engineVersion: String
    /// As clusters report it: `7.0.7`.
    package var fullEngineVersion: String
    package var build: BuildReference

    package var nodeType: String
    package var parameterGroup: String
    package var port: Int
    package var clusterEnabled: Bool
    package var automaticFailover: Bool
    /// Whether what it is `modifying` for turns automatic failover on or off. Nil is false.
    package var switchesFailover: Bool?
    package var multiAZ: Bool
    package var autoMinorVersionUpgrade: Bool
    package var snapshotRetentionLimit: Int
    package var snapshotWindow: SnapshotWindow
    package var maintenanceWindow: MaintenanceWindow
    package var tags: [Tag]

    package var nodeGroups: [NodeGroup]
    /// The configuration endpoint's address; cluster mode enabled only.
    package var configurationAddress: IPAddress?
    /// Of the other family; dual stack only.
    package var secondConfigurationAddress: IPAddress?
    package var credentials: Credentials

    /// Set while deleting: the primary lives on as a lone cache cluster.
    package var retainsPrimary: Bool
    /// Whether the group was ever available: its data counts from then on.
    package var wasAvailable: Bool
    /// The member that snapshots are taken from, where one was named. Cluster mode disabled only.
    package var snapshottingCluster: String?
    /// What waits for the maintenance window.
    package var pending: PendingChanges?
    /// The ids of the security groups that it is in; nil in a record from before there were any: everybody may connect.
    package var securityGroups: [String]?
    /// Whether other security groups were asked for, and are not known to be in force yet; nil is false.
    package var securityChange: Bool?
    /// Why its security groups are not enforced; nil if they are.
    package var unguarded: String?
    /// The service updates that were applied to it, by name.
    package var updates: [String: UpdateProgress]?
    /// The change of the engine version that it is in the middle of. Lone clusters only.
    package var upgrade: UpgradeProgress?
    /// The node type that it is to have, until its data is known to fit into that.
    package var nodeTypeChange: String?
    /// Nil in records that were made before there were subnet groups: the default one.
    package var network: GroupNetwork?
    package var notificationTopic: NotificationTopic?
    /// Nil: nothing is encrypted in transit.
    package var transitEncryption: TransitEncryptionMode?
    /// Nil: it has been so from the beginning.
    package var transitChange: TransitEncryptionChange?
    /// Nil: users come in without one.
    package var authTokens: AuthTokens?
    /// What it is `modifying` them for.
    package var authTokenChange: AuthTokenChange?
    /// The ids of its user groups, without what is about to change. Nil is none.
    package var userGroups: [String]?
    package var userGroupChange: UserGroupChange?
    /// Grows whenever its tokens or its user groups change. Nil is 0.
    package var accessRevision: Int?
    /// Of its nodes' users every state that a member was told, each once.
    package var access: [NodeAccess]?
    /// The fingerprint of that which every node that answers was told; of groups with a user group only.
    package var accessInForce: String?
    /// Nil: its data lies on the disk as it is.
    package var atRestEncryption: AtRestEncryption?

    package init(
        kind: GroupKey.Kind, realm: Realm, id: String, uid: String, description: String, createTime: Date,
        engine: EngineKind, engineVersion: String, fullEngineVersion: String, build: BuildReference,
        nodeType: String, parameterGroup: String, port: Int, clusterEnabled: Bool, automaticFailover: Bool, multiAZ: Bool,
        autoMinorVersionUpgrade: Bool, snapshotRetentionLimit: Int, snapshotWindow: SnapshotWindow,
        maintenanceWindow: MaintenanceWindow, tags: [Tag], nodeGroups: [NodeGroup], configurationAddress: IPAddress?,
        credentials: Credentials
    ) {
        self.kind = kind
        self.realm = realm
        self.id = id
        self.uid = uid
        self.description = description
        self.status = .creating
        self.createTime = createTime
        self.engine = engine
        self.engineVersion = engineVersion
        self.fullEngineVersion = fullEngineVersion
        self.build = build
        self.nodeType = nodeType
        self.parameterGroup = parameterGroup
        self.port = port
        self.clusterEnabled = clusterEnabled
        self.automaticFailover = automaticFailover
        self.multiAZ = multiAZ
        self.autoMinorVersionUpgrade = autoMinorVersionUpgrade
        self.snapshotRetentionLimit = snapshotRetentionLimit
        self.snapshotWindow = snapshotWindow
        self.maintenanceWindow = maintenanceWindow
        self.tags = tags
        self.nodeGroups = nodeGroups
        self.configurationAddress = configurationAddress
        self.credentials = credentials
        self.retainsPrimary = false
        self.wasAvailable = false
    }

    package var key: GroupKey { GroupKey(kind: kind, realm: realm, id: id) }

    /// What a request asks for is under way from now on.
    package mutating func beginChange(at date: Date) {
        status = .modifying
        modifyingSince = date
    }

    /// Nothing that a request asked for is under way any more.
    package mutating func endChange() {
        status = .available
        modifyingSince = nil
        switchesFailover = nil
        authTokenChange = nil
        if userGroupChange != nil {
            userGroups = wantedUserGroups
            userGroupChange = nil
        }
        transitChange?.isUnderWay = false
    }

    /// A lone cluster on its way to be a group: its primary has data, and has served it all along.
    package var isConversion: Bool { status == .creating && wasAvailable }

    package var members: [Member] { nodeGroups.flatMap(\.members) }

    package func member(_ id: String) -> Member? { members.first { $0.id == id } }

    /// The addresses of its endpoints, of all shards.
    package var endpointAddresses: [IPAddress] {
        nodeGroups.flatMap { $0.primaryAddresses + $0.readerAddresses } + configurationAddresses
    }

    package var configurationAddresses: [IPAddress] { [configurationAddress, secondConfigurationAddress].compactMap(\.self) }

    /// Whether its nodes speak TLS, to clients and among themselves.
    package var isEncryptedInTransit: Bool { transitEncryption != nil }

    package var isEncryptedAtRest: Bool { atRestEncryption != nil }

    /// What of the durability that the operator asks for it has. What is encrypted at rest is brought onto the disk a moment after it is
    /// written, too late for `always`.
    package func durability(of asked: Durability) -> Durability { isEncryptedAtRest && asked == .always ? .snapshot : asked }

    /// The cluster that snapshots would be taken from: cluster mode disabled with a retention only.
    package var snapshottingMember: String? {
        guard !clusterEnabled, snapshotRetentionLimit > 0, let shard = nodeGroups.first else { return nil }
        if let named = snapshottingCluster, let member = shard.member(named), member.change != .leaving { return named }
        return shard.replicas.first { $0.change != .leaving }?.id ?? shard.primary
    }
}

/// Changes that were asked for without ApplyImmediately.
package struct PendingChanges: Codable, Sendable, Equatable {
    package var primaryClusterID: String?
    package var parameterGroup: String?
    package var upgrade: EngineUpgrade?
    package var nodeType: String?
    package var transitEncryption: PendingTransitEncryption?

    package init(primaryClusterID: String? = nil, parameterGroup: String? = nil) {
        self.primaryClusterID = primaryClusterID
        self.parameterGroup = parameterGroup
    }
}

/// How clients are to come in from the maintenance window on.
package struct PendingTransitEncryption: Codable, Sendable, Equatable {
    /// Nil: in clear text only.
    package var mode: TransitEncryptionMode?

    package init(mode: TransitEncryptionMode?) {
        self.mode = mode
    }
}

extension ReplicationGroup {
    /// The parameter group that it has, those that it is to have, and one to which it may go back.
    package var usedParameterGroups: [String] {
        [
            parameterGroup, pending?.parameterGroup, pending?.upgrade?.parameterGroup, upgrade?.target.parameterGroup,
            upgrade?.former?.parameterGroup,
        ].compactMap(\.self)
    }

    /// The node type that it has, and those that it is to have.
    package var nodeTypes: [String] { [nodeType, nodeTypeChange, pending?.nodeType].compactMap(\.self) }

    package mutating func changePending(_ body: (inout PendingChanges) -> Void) {
        var changes = pending ?? PendingChanges()
        body(&changes)
        pending = changes == PendingChanges() ? nil : changes
    }
}

package enum GroupStatus: String, Codable, Sendable {
    case creating
    case available
    case modifying
    case deleting
    case createFailed = "create-failed"

    /// Whether the control plane is on its way to another status by itself.
    package var isPassing: Bool { self == .creating || self == .modifying || self == .deleting }
}

/// The build of an engine that a group runs on: it stays the same until the group is told to change it.
package struct BuildReference: Codable, Sendable, Equatable {
    package var engine: EngineKind
    package var version: String
    package var path: String
    /// Whether `CONFIG SET bind` works, so that an endpoint's address can move from node to node.
    package var movesAddresses: Bool

    package init(engine: EngineKind, version: String, path: String, movesAddresses: Bool) {
        self.engine = engine
        self.version = version
        self.path = path
        self.movesAddresses = movesAddresses
    }
}

/// The secrets by which Elastane itself speaks to a group's nodes, and they to each other. Never logged, never returned.
package struct Credentials: Codable, Sendable, Equatable {
    package var administration: String
    package var replication: String

    package init(administration: String, replication: String) {
        self.administration = administration
        self.replication = replication
    }
}
