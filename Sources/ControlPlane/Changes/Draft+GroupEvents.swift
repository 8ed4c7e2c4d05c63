import CacheModel
import Foundation

extension Draft {
    /// Events of a group itself, in their order.
    mutating func log(_ messages: [String], of group: ReplicationGroup, at date: Date) throws {
        for message in messages {
            try log(Event(date: date, source: .replicationGroup, identifier: group.id, message: message), in: group.realm)
        }
    }
}
