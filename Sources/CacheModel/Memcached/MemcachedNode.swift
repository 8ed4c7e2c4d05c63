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
    /// The one that it is known by.
    package var address: IPAddress
    /// Of the other family; dual stack only.
    package var secondAddress: IPAddress?
    /// The subnet that its addresses are of; nil in records that were made before it could be chosen: the zone's own in the default VPC.
    package var subnet: String?
    /// The ARN of the Outpost that its subnet is on.
    package var outpost: String?
    /// The process that runs it: unique for ever, so that a node that comes back under an old number meets nothing of the old one.
    package let process: String
    package let createTime: Date
    package var change: Member.Change?
    /// The parameters that its parameter group had changed when its process was started: it has no others until the next time.
    package var startedWith: [String: String]?
    /// What of those its build makes nothing of; nil where it takes them all.
    package var withoutEffect: [ParameterWithoutEffect]?
    /// Nil before its process was first started; encrypted clusters only.
    package var certificate: NodeCertificate?
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

extension MemcachedNode {
    /// All that it listens on, the one that it is known by first.
    package var addresses: [IPAddress] { [address] + [secondAddress].compactMap(\.self) }

    package var isRebooting: Bool { if case .rebooting = change { true } else { false } }
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
