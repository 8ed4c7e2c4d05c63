#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Something that happened to a resource, as DescribeEvents tells it.
package struct Event: Codable, Sendable, Equatable {
    package enum Source: String, Codable, Sendable {
        case cacheCluster = "cache-cluster"
        case replicationGroup = "replication-group"
        case cacheParameterGroup = "cache-parameter-group"
        case cacheSubnetGroup = "cache-subnet-group"
        case cacheSecurityGroup = "cache-security-group"
    }

    package let date: Date
    package let source: Source
    package let identifier: String
    package let message: String

    package init(date: Date, source: Source, identifier: String, message: String) {
        self.date = date
        self.source = source
        self.identifier = identifier
        self.message = message
    }
}
