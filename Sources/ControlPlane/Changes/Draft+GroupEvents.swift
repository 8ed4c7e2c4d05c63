import CacheModel
import Foundation

extension ReplicationGroup {
    /// Whose events those of the group itself are.
    var eventSource: Event.Source { kind == .replicationGroup ? .replicationGroup : .cacheCluster }
}

extension Draft {
    /// Events of a group itself, in their order.
    mutating func log(_ messages: [String], of group: ReplicationGroup, at date: Date) throws {
        for message in messages {
            try log(Event(date: date, source: group.eventSource, identifier: group.id, message: message), in: group.realm)
        }
    }
}
