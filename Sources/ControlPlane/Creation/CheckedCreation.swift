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
    let topology: Topology
    let settings: GroupSettings
    let tags: [CacheModel.Tag]

    init(_ input: API.CreateReplicationGroupMessage, _ context: RequestContext) throws {
        try ValueRules.check(CreationRequest(input: input, context: context))
        try GlobalMembership.check(input)
        try UnservedParameters.refuseSources(input)
        engine = try EngineChoice(input, context)
        topology = try Topology(input, engine: engine, context)
        try FeatureRules.check(ShapedCreation(input: input, context: context, engine: engine, topology: topology))
        settings = try GroupSettings(input, region: context.region)
        try UnservedParameters.refuse(input, context)
        try topology.checkQuota(engine.version, context.quotas)
        tags = try TagInput.tags(input.tags, context)
        description = try GroupIdentifier.description(input.replicationGroupDescription)
    }
}
