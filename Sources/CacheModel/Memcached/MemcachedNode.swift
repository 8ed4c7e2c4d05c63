#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One node of a Memcached cluster.
package struct MemcachedNode: Codable, Sendable, Equatable {
    /// `0001`
    package let id: String
    package let zone: String
    package var address: IPAddress
    /// The process that runs it: unique for ever, so that a node that comes back under an old number meets nothing of the old one.
    package let process: String
    package let createTime: Date
    package var change: Member.Change?
    /// The parameters that its parameter group had changed when its process was started: it has no others until the next time.
    package var startedWith: [String: String]?
    /// What of those its build makes nothing of; nil where it takes them all.
    package var withoutEffect: [ParameterWithoutEffect]?
    /// What is wrong with it, until it is not any more.
    package var trouble: Trouble?

    package init(id: String, zone: String, address: IPAddress, process: String, createTime: Date, change: Member.Change? = nil) {
        self.id = id
        self.zone = zone
        self.address = address
        self.process = process
        self.createTime = createTime
        self.change = change
    }
}

/// Names of nodes: the lowest free numbers.
package enum MemcachedNodeID {
    package static func free(_ count: Int, notIn taken: some Sequence<String>) -> [String] { NodeGroupID.free(count, notIn: taken) }

    /// How people name a node among all clusters: `web.0001`, the beginning of its host name. Nil for anything else.
    package static func parse(_ text: String) -> (cluster: String, node: String)? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, let node = NodeGroupID.canonical(parts[1]) else { return nil }
        return (parts[0], node)
    }
}
