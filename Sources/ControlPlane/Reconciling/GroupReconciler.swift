import CacheModel
import Certificates
import Engine
import Foundation
import Logging
import Planning

/// Looks, plans, does, and looks again, until its group is as it should be; then waits for a change.
///
/// It remembers nothing that matters: whatever it does next follows from the records and from what the engines say.
actor GroupReconciler {
    /// Between two looks at a group that is as it should be.
    private static let quietWait: Duration = .seconds(10)

    /// Between two searches for an engine that is not installed any more.
    private static let buildWait: Duration = .seconds(5)

    /// How long a creation may take, of this service's own time, before it is given up with what it waits for.
    private static let creationPatience: Duration = .seconds(600)
    /// The same for a cluster that becomes a group: replicas that can't be had are given up before that.
    private static let conversionPatience: Duration = .seconds(1200)

    private let key: GroupKey
    private let uid: String
    private let world: World
    private let wire: NodeWire
    private let tools: ReconcilingTools
    private let logger: Logger
    private var pace = RestartPace()
    /// Members that did not answer last time: the others need not wait as long for them again.
    private var silent: Set<String> = []
    private var looks = 0
    private let pulse: Pulse
    private var refusedAddresses: Set<IPAddress> = []
    /// Until when the group's engine build is not looked for again.
    private var buildIsMissingUntil: ContinuousClock.Instant?
    private var translated = TranslatedParameters()
    private var wishes = WishAges()
    /// Shards whose primary does not say that it is one.
    private var withoutPrimary = Lasting<String>()

    init(key: GroupKey, uid: String, world: World, wire: NodeWire, tools: ReconcilingTools, logger: Logger) {
        self.key = key
        self.uid = uid
        self.world = world
        self.wire = wire
        self.tools = tools
        self.pulse = Pulse(hangDeadline: tools.rules.hangDeadline)
        var logger = logger
        logger[metadataKey: "group"] = "\(key.id)"
        self.logger = logger
    }

    /// Returns when the group is gone, or goes by another key; or when cancelled.
    func run() async {
        await world.watching(key) { signal in
            let probing = Probing(
                key: key, world: world, wire: wire, pulse: pulse, hangDeadline: tools.rules.hangDeadline, signal: signal)
            await withDiscardingTaskGroup { tasks in
                tasks.addTask { await probing.run() }
                await reconcile(signal)
                tasks.cancelAll()
            }
        }
    }

    private func reconcile(_ signal: Signal) async {
        let start = ContinuousClock.now
        await ReconcilingLoop(signal: signal, logger: logger).run(
            quietWait: { quietWait($0.value) },
            look: {
                guard let group = world.read({ $0.groups[key] }), group.value.uid == uid else { return nil }
                let plan = GroupPlanner.plan(group.value, await observe(group.value), tools.rules)
                let patience = group.value.isConversion ? Self.conversionPatience : Self.creationPatience
                let isLate = group.value.status == .creating && !plan.isSettled && .now - start > patience
                return (group, isLate ? plan.givingUpCreation : plan)
            },
            perform: { steps, group in try await perform(steps, for: group) },
            engineIsGone: { buildIsMissingUntil = .now + Self.buildWait })
    }

    private func quietWait(_ group: ReplicationGroup) -> Duration {
        let certificates = group.members.compactMap(\.certificate)
        return tools.certificates?.wait(for: certificates, atMost: Self.quietWait, at: tools.now()) ?? Self.quietWait
    }

    /// Bytes that each node's data may take with another node type.
    private func memory(of group: ReplicationGroup, as nodeType: String) async -> Int64? {
        var other = group
        other.nodeType = nodeType
        let catalog = await tools.engines.catalog()
        let parameters = world.read { [other] in TranslatedParameters.translate(other, in: $0, catalog, tools.nodeTypes) }
        return parameters?.wanted.settings.first { $0.name == "maxmemory" }.flatMap { Int64($0.value) }
    }

    private func observe(_ group: ReplicationGroup) async -> ObservedGroup {
        let now = ContinuousClock.now
        let seen = world.read { state in HostObservation.observe(group, in: state) }
        var observed = seen.group
        observed.parameters = translated.wanted(group, in: world, await tools.engines.catalog(), tools.nodeTypes)
        observed.access = world.read { $0.access(of: group) }
        if let name = group.nodeTypeChange { observed.memoryToBe = await memory(of: group, as: name) }
        observed.refusedAddresses = refusedAddresses
        if let until = buildIsMissingUntil, until <= now { buildIsMissingUntil = nil }
        for id in observed.members.keys {
            observed.members[id]?.mayStart = pace.mayStart(id, at: now)
            observed.members[id]?.buildIsMissing = buildIsMissingUntil != nil
            observed.members[id]?.certificate = tools.certificates?.standing(
                of: id, in: group, isWritten: seen.group.members[id]?.hasCurrentFiles == true, at: tools.now())
        }
        let unheard = silent.union(seen.running.map(\.member.id).filter { pulse.silence(of: $0) > .zero })
        let engines = await wire.observe(seen.running, of: group, silentBefore: unheard, patiently: looks % 8 == 7)
        silent = Set(engines.filter { $0.value == .silent }.keys)
        looks += 1
        for (id, engine) in engines {
            observed.members[id]?.engine = engine
            if engine == .silent { observed.members[id]?.silence = pulse.silence(of: id) } else { pulse.answered(id) }
        }
        count(now, group, &observed)
        return observed
    }

    private func count(_ now: ContinuousClock.Instant, _ group: ReplicationGroup, _ observed: inout ObservedGroup) {
        observed.waited = wishes.look(at: group.wishes, now, tools.now(), patience: tools.rules.patience)
        let unserved = group.nodeGroups.filter { nodeGroup in
            nodeGroup.primaryMember.map { observed[$0].engine.state?.role != .primary } ?? true
        }.map(\.id)
        withoutPrimary.look(at: now, Set(unserved))
        for id in unserved { observed.withoutPrimary[id] = withoutPrimary[id] }
    }

    /// Steps on records that follow each other are one transaction; steps on engines are taken one by one.
    ///
    /// An engine that refuses its step keeps no other from theirs; but an address that one did not give up is not given to another, and
    /// what counts on a step is not done without it.
    private func perform(_ steps: [Step], for group: Versioned<ReplicationGroup>) async throws {
        var current = group
        var pending: [Step] = []
        var refusal: (any Error)?
        var keepsAddress = false
        for step in steps {
            if step.isRecord {
                pending.append(step)
                continue
            }
            current = try await record(pending, for: current)
            pending = []
            if step.isBinding, keepsAddress { continue }
            do {
                tools.failpoints?.reached(.before, step.name)
                let (record, failure) = try await order(step, of: current.value)
                if let record { pending.append(record) }
                if let failure { throw failure }
                tools.failpoints?.reached(.after, step.name)
            } catch  where step.isCondition {
                throw error
            } catch {
                refusal = refusal ?? error
                keepsAddress = keepsAddress || step.isBinding
                if case .bind(_, let addresses) = step, case .reply? = error as? EngineError { refusedAddresses.formUnion(addresses) }
            }
        }
        _ = try await record(pending, for: current)
        if let refusal { throw refusal }
    }

    /// Of an order to several members the record of those who have carried it out, and why another has not.
    private func order(_ step: Step, of group: ReplicationGroup) async throws -> (record: Step?, failure: EngineError?) {
        switch step {
        case .configure(let members, let wanted):
            let (record, failure) = await configure(members, wanted, of: group)
            return (record, failure)
        case .loadCertificates(let members):
            let (loaded, failure) = await wire.loadCertificates(members, of: group)
            return (loaded.isEmpty ? nil : .certificatesLoaded(members: loaded), failure)
        case .giveAccess(let members, let access):
            let (given, failure) = await wire.giveAccess(access, to: members, of: group, await tools.engines.catalog())
            return (given.isEmpty ? nil : .accessGiven(members: given, access), failure)
        default:
            try await wire.perform(step, of: group)
            return (nil, nil)
        }
    }

    /// Returns the record of what those who have answered made of it, and why another has not.
    private func configure(
        _ members: [String], _ wanted: WantedParameters, of group: ReplicationGroup
    ) async -> (record: Step, failure: EngineError?) {
        let answers = await wire.configure(members, wanted, of: group)
        for refused in answers.refused.values.prefix(1) { await tools.engines.remember(refused, of: wanted.settings, by: group.build) }
        let running = answers.refused.map { id, refused in
            (id, wanted.given(to: group.member(id)?.parameters, refused: refused))
        }
        return (.configured(Dictionary(running, uniquingKeysWith: { first, _ in first })), answers.failure)
    }

    /// Those that were taken when they were asked for, and are not by a build that is there now.
    private func refusedRules(of group: ReplicationGroup, _ catalog: EngineCatalog) async -> Set<AccessTrials.Question> {
        guard !group.wantedUserGroups.isEmpty, let access = world.read({ $0.access(of: group) }) else { return [] }
        let builds = group.builds.compactMap { known in catalog.builds.first { $0.path == known.path } }
        let questions = builds.flatMap { build in access.users.map { AccessTrials.Question(access: $0.access, build: build) } }
        let refused = await tools.engines.access.answers(to: Set(questions)).filter { $0.value != nil }
        for (question, words) in refused {
            logger.warning(
                "an engine refuses a user's access string, and lets nobody in as that user",
                metadata: ["engine": "\(question.build)", "access": "\(question.access)", "reason": "\(words ?? "")"])
        }
        return Set(refused.keys)
    }

    private func record(_ steps: [Step], for group: Versioned<ReplicationGroup>) async throws -> Versioned<ReplicationGroup> {
        guard !steps.isEmpty else { return group }
        let now = ContinuousClock.now
        let durability = group.value.durability(of: tools.rules.durability)
        var files = NodeFiles(catalog: EngineCatalog(builds: []), durability: durability)
        if steps.contains(where: \.isStart) {
            let catalog = await tools.engines.catalog(with: group.value.builds)
            let parameters = world.read { TranslatedParameters.translate(group.value, in: $0, catalog, tools.nodeTypes) }
            files = NodeFiles(
                catalog: catalog, durability: durability,
                parameters: await parameters?.start(by: tools.engines, group.value.build),
                refusedRules: await refusedRules(of: group.value, catalog))
        }
        for step in steps { tools.failpoints?.reached(.before, step.name) }
        try await world.withFreeAddresses { picker in
            try await world.transact { draft in
                // What was planned for a group that has changed since is not done: it is planned anew.
                guard let known = draft.state.groups[key], known.version == group.version else { throw StaleGroup() }
                var recorder = StepRecorder(group: known.value, tools: tools, files: files, picker: picker)
                for step in steps where !recorder.hasFailed { try recorder.record(step, in: &draft) }
                try recorder.finish(in: &draft)
            }
        }
        for step in steps { tools.failpoints?.reached(.after, step.name) }
        for case .start(let member, _, _) in steps {
            pace.started(member, at: now)
            // What another process left unanswered says nothing of the next.
            pulse.answered(member)
        }
        guard let updated = world.read({ $0.groups[key] }) else { throw StaleGroup() }
        return updated
    }
}

/// The group was changed between the plan and its execution, or is gone.
struct StaleGroup: Error {}
