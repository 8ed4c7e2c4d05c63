package import CacheModel

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a request asked for, for as long as its mark is on record.
///
/// A wish that can't be fulfilled within `Rules.patience` is given up, so that a group is not kept from its next change for as long as the
/// cause lasts.
package enum Wish: Sendable, Hashable {
    /// Another primary.
    case switchover(nodeGroup: String)
    case addition(member: String)
    case removal(member: String)
    /// That the group has its new settings, and is served.
    case settings
    case reboot(member: String)
    case failoverTest(nodeGroup: String)
    /// That a primary comes back in its place. Nobody asks for it but who turned automatic failover off.
    case recovery(member: String)
}

extension MemcachedCluster {
    /// All that is on record, each with when it was asked for where that is known. Nodes are the members.
    package var wishes: [(wish: Wish, since: Date?)] {
        var wishes: [(Wish, Date?)] = status == .modifying ? [(.settings, modifyingSince)] : []
        for node in nodes {
            switch node.change {
            case .joining: wishes.append((.addition(member: node.id), modifyingSince))
            case .leaving: wishes.append((.removal(member: node.id), modifyingSince))
            case .rebooting(_, let since): wishes.append((.reboot(member: node.id), since))
            case nil: break
            }
        }
        return wishes
    }
}

extension ReplicationGroup {
    /// All that is on record, each with when it was asked for where that is known.
    package var wishes: [(wish: Wish, since: Date?)] {
        var wishes: [(Wish, Date?)] = status == .modifying ? [(.settings, modifyingSince)] : []
        for nodeGroup in nodeGroups {
            if nodeGroup.successor != nil { wishes.append((.switchover(nodeGroup: nodeGroup.id), modifyingSince)) }
            if let test = nodeGroup.testFailover { wishes.append((.failoverTest(nodeGroup: nodeGroup.id), test.since)) }
            for member in nodeGroup.members {
                switch member.change {
                case .joining: wishes.append((.addition(member: member.id), modifyingSince))
                case .leaving: wishes.append((.removal(member: member.id), modifyingSince))
                case .rebooting(_, let since): wishes.append((.reboot(member: member.id), since))
                case nil: break
                }
            }
        }
        return wishes
    }
}
