/// The name of a resource among all accounts and regions: `arn:aws:elasticache:us-east-1:000000000000:replicationgroup:my-group`.
package struct ARN: CodableAsText, Sendable, Hashable {
    package enum ResourceType: String, Sendable, CaseIterable {
        case replicationGroup = "replicationgroup"
        case cluster
        case parameterGroup = "parametergroup"
        case subnetGroup = "subnetgroup"
        case snapshot
        case user
        case userGroup = "usergroup"
        case securityGroup = "securitygroup"
        case reservedInstance = "reserved-instance"
        case serverlessCache = "serverlesscache"
        case serverlessCacheSnapshot = "serverlesscachesnapshot"
        case globalReplicationGroup = "globalreplicationgroup"
    }

    /// In the order in which they are looked for.
    package enum Failure: Error, Equatable {
        /// Not seven parts between colons, or the first isn't `arn`.
        case components
        case partition(expected: String)
        case service
        case resourceType(String)
        case emptyName
    }

    package let partition: String
    /// Empty for a global datastore.
    package let region: String
    package let account: String
    package let type: ResourceType
    package let name: String

    package init(partition: String, region: String, account: String, type: ResourceType, name: String) {
        self.partition = partition
        self.region = region
        self.account = account
        self.type = type
        self.name = name
    }

    package init(region: Region, account: String, type: ResourceType, name: String) {
        let regionName = type == .globalReplicationGroup ? "" : region.name
        self.init(partition: region.partition, region: regionName, account: account, type: type, name: name)
    }

    /// Parses a text that a caller in a region sent. Region and account are not compared with the caller's.
    package init(parsing text: String, in caller: Region) throws(Failure) {
        try self.init(parsing: text, partitions: [caller.partition])
    }

    package init?(_ description: String) {
        try? self.init(parsing: description, partitions: Region.partitions)
    }

    private init(parsing text: String, partitions: [String]) throws(Failure) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 7, parts[0] == "arn" else { throw .components }
        guard partitions.contains(parts[1]) else { throw .partition(expected: partitions.joined(separator: ", ")) }
        guard parts[2] == "elasticache" else { throw .service }
        guard let type = ResourceType(rawValue: parts[5]) else { throw .resourceType(parts[5]) }
        guard !parts[6].isEmpty else { throw .emptyName }
        self.init(partition: parts[1], region: parts[3], account: parts[4], type: type, name: parts[6])
    }

    package var description: String { "arn:\(partition):elasticache:\(region):\(account):\(type.rawValue):\(name)" }
}
