import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// Records new settings of a group. What engines have to do for them its reconciler does.
struct ModifyReplicationGroup: Handler {
    typealias Call = API.Operations.ModifyReplicationGroup

    private let world: World
    private let engines: InstalledEngines
    private let settings: ServiceSettings
    private let layout: NetworkLayout

    init(_ environment: HandlerEnvironment) {
        world = environment.world
        engines = environment.engines
        settings = environment.settings
        layout = environment.tools.network
    }

    func handle(_ input: Call.Input, _ context: RequestContext) async throws -> Call.Output {
        let id = input.replicationGroupId.lowercased()
        let modified = try await world.withFreeAddresses { try await modify(id, input, context, $0) }
        return Call.Output(replicationGroup: modified.answer(context, EndpointAnswers(style: settings.endpointStyle)))
    }

    private func modify(
        _ id: String, _ input: Call.Input, _ context: RequestContext, _ picker: AddressPicker
    ) async throws -> ReplicationGroup {
        try await world.transact(askingOf: engines) { draft, check in
            var group = try draft.replicationGroup(id, in: context.realm)
            try Self.requireChange(input, context)
            try Readiness.requireAvailable(group)
            try EncryptionChange.check(input, of: group)
            try AuthTokenInput.change(&group, input, at: context.now)
            try UserGroupAssociation.change(&group, input, in: &draft, check, at: context.now)
            try UnservedChanges.refuse(input, of: group, context)
            let failedOver = group.automaticFailover
            try SettingsChange.apply(input, to: &group, context)
            try DiscoveryChange.apply(input.ipDiscovery, to: &group, at: context.now)
            try SecurityGroupInput(layout: layout, realm: context.realm).change(&group, to: input.securityGroupIds, at: context.now)
            try FailoverChange.apply(input, to: &group, context)
            var events = try PrimaryChange.apply(input, to: &group, failedOver: failedOver, at: context.now)
            if group.automaticFailover != failedOver {
                events.append(
                    "Automatic failover has been turned \(group.automaticFailover ? "on" : "off") for replication group \(group.id)")
            }
            try ParameterGroupChange.apply(input, to: &group, in: &draft, at: context.now)
            try NodeTypeInput.change(
                &group, to: input.cacheNodeType, atOnce: input.applyImmediately ?? false, context, picker)
            try draft.put(group)
            try draft.log(events, of: group, at: context.now)
            return group
        }
    }

    private static func requireChange(_ input: Call.Input, _ context: RequestContext) throws {
        let nothing = API.ModifyReplicationGroupMessage(
            replicationGroupId: input.replicationGroupId, nodeGroupId: input.nodeGroupId, applyImmediately: input.applyImmediately)
        guard input != nothing || context.parameters["Durability"] != nil else {
            throw ServiceFault.combination("No modifications were requested")
        }
    }
}
