import CacheModel
import ElastiCacheAPI

/// A request to create a group that no rule is against, so far as it can be told without looking for room.
///
/// The order of the rules is the order in which mistakes are told: what is missing and whether the name is good and free come before this,
/// then each parameter by itself, the resources that are named, engine and version, topology, features, windows, what is not served yet,
/// and the account's quotas.
struct CheckedCreation {
    let description: String
    let engine: EngineChoice
    let network: NetworkInput
    let subnets: SubnetChoice
    let topology: Topology
    let settings: GroupSettings
    let encryption: TransitEncryptionMode?
    let authTokens: AuthTokens?
    /// Nil: it is not to be encrypted at rest.
    let atRest: AtRestWish?
    let tags: [CacheModel.Tag]

    /// Of a lone cluster, too: its request in the words of a group's.
    init(
        _ input: API.CreateReplicationGroupMessage, of kind: GroupKey.Kind = .replicationGroup, in state: WorldState,
        _ layout: NetworkLayout, _ context: RequestContext
    ) throws {
        try ValueRules.check(CreationRequest(input: input, context: context))
        try GlobalMembership.check(input)
        try UnservedParameters.refuseSources(input)
        engine = try EngineChoice(input, context) { state.parameterGroup($0, in: context.realm) }
        network = try NetworkInput(input.networkType, input.ipDiscovery, engine: engine)
        subnets = try SubnetChoice(input.cacheSubnetGroupName, in: state, layout, context.realm).supporting(network.type)
        let zones = ShardZones(
            zones: subnets.zones(of: context.region), outposts: OutpostInput(layout: layout, subnets: subnets),
            parameters: kind == .cacheCluster ? .loneCluster : .group)
        topology = try Topology(input, engine: engine, zones: zones, context.quotas)
        let shaped = ShapedCreation(input: input, context: context, engine: engine, topology: topology)
        try FeatureRules.check(shaped)
        // The real service has no cluster of Valkey that is alone, and so no default for it.
        atRest =
            kind == .replicationGroup && shaped.isEncryptedAtRest
            ? AtRestWish(keyID: input.kmsKeyId, isAsked: input.atRestEncryptionEnabled == true) : nil
        encryption = input.transitEncryptionEnabled == true ? input.transitEncryptionMode == .preferred ? .preferred : .required : nil
        authTokens = input.authToken.map { AuthTokens(Secret.sha256($0), at: context.now) }
        settings = try GroupSettings(input, region: context.region)
        try UnservedParameters.refuse(input, context)
        try topology.checkQuota(engine.version, context.quotas)
        tags = try TagInput.tags(input.tags, context)
        description = try GroupIdentifier.description(input.replicationGroupDescription)
    }
}
