import CacheModel

@testable import Planning

/// What a plan does.
extension SimulatedGroup {
    /// False if it did not succeed. `interruptedAt` is the point within a step after which nobody goes on with it.
    @discardableResult
    mutating func perform(_ step: Step, interruptedAt point: Int? = nil) -> Bool {
        trace(.done(step))
        var succeeded = true
        switch step {
        case .start(let id, let follows, let data): start(id, follows: follows, data)
        case .stop(let id, let reason): stop(id, reason)
        case .save(let id):
            let time = time
            let fails = nodes[id]?.failsToSave ?? false
            succeeded = !fails && update(id) { $0.save(at: time) }
        case .moveAddress(let id): moveAddress(id)
        case .replicate(let id, let primary): succeeded = replicate(id, primary)
        case .recordPrimary(let nodeGroup, let id, _):
            change(nodeGroup: nodeGroup) {
                $0.primary = id
                $0.successor = nil
            }
            change(id) { if $0.change == .leaving { $0.change = nil } }
        case .promote(let id): succeeded = promote(id)
        case .handOver(let from, let to): succeeded = handOver(from: from, to: to, interruptedAt: point)
        case .introduce(let newcomer, let id): succeeded = update(id) { $0.knows.insert(newcomer) }
        case .forgetNodes(let id, let names):
            succeeded = update(id) {
                $0.strangers.removeAll { names.contains($0) }
                for name in names { $0.knows.remove(String(name.dropFirst("node ".count))) }
            }
        case .bind(let id, let addresses): succeeded = update(id) { $0.bound = addresses }
        case .tune(let id, let name, let value): succeeded = update(id) { $0.tuning[name] = value }
        case .configure(let ids, let wanted):
            for id in ids {
                succeeded = update(id) { _ in }
                if succeeded { change(id) { $0.parameters = wanted.given(to: $0.parameters, refused: [:]) } }
            }
        case .configured(let members):
            for (id, parameters) in members { change(id) { $0.parameters = parameters } }
        // Nothing here depends on a certificate.
        case .issueCertificate, .loadCertificates, .certificatesLoaded: break
        case .giveAuthTokens(let ids):
            let tokens = group.authTokens
            for id in ids {
                succeeded = update(id) { _ in }
                if succeeded { change(id) { $0.authTokens = tokens } }
            }
        case .authTokensGiven: break
        case .route(let route): routes[route.name] = ObservedRoute(desired: route, applied: routes[route.name]?.applied)
        case .dropRoute(let name): routes[name]?.desired = nil
        case .remove(let id): nodes[id]?.end(as: .ending(removed: true))
        case .dropMember(let id): drop(id)
        case .joined(let id), .rebooted(let id): change(id) { $0.change = nil }
        case .failoverTested(let nodeGroup): change(nodeGroup: nodeGroup) { $0.testFailover = nil }
        case .renew(let id): renew(id)
        case .chooseSuccessor(let nodeGroup, let id): change(nodeGroup: nodeGroup) { $0.successor = id }
        case .endUpdate(let outcome): endUpdate(outcome)
        case .changeNodeType(let refusal):
            if refusal == nil, let name = group.nodeTypeChange { group.nodeType = name }
            group.nodeTypeChange = nil
        case .note(let id, let report): note(id, report)
        case .recordHistory(let nodeGroup, let history):
            change(nodeGroup: nodeGroup) { $0.record(history: history) }
        case .endHistory(let nodeGroup):
            let end = Int64(time)
            change(nodeGroup: nodeGroup) { $0.historyEnd = end }
        case .abandon(let id, _): change(id) { $0.change = .leaving }
        case .giveUp(let wish, _): giveUp(wish)
        case .release(let id): succeeded = update(id) { _ in }
        case .becomeAvailable:
            group.status = .available
            group.wasAvailable = true
        case .fail: group.status = .createFailed
        case .forget: forget()
        case .becomeCacheCluster: becomeCacheCluster()
        }
        checkWriters()
        return succeeded
    }

    // MARK: Processes

    private mutating func start(_ id: String, follows: String?, _ data: StartData) {
        guard var node = nodes[id], let shard = shard(of: id), let member = group.member(id) else { return }
        if node.isUp, group.wasAvailable { note("\(id) was started although it runs") }
        let isFirst = node.incarnation == 0
        node.end(as: .starting(Int.random(in: 1...3, using: &generator)))
        node.incarnation += 1
        node.executable = group.build(of: member).path
        if node.executable == brokenBuild { node.end(as: .exited(detail: "it is broken")) }
        takeUp(data, &node)
        node.data = node.saved?.data ?? Writes()
        if !group.clusterEnabled {
            node.role = follows == nil ? .primary : .replica
            node.follows = follows.flatMap { group.member($0)?.address }
            if follows == nil, node.data.isEmpty, shard.members.contains(where: { nodes[$0.id]?.holdsSyncedData == true }) {
                note("\(id) starts empty as a primary while a synced replica lives")
            }
        } else {
            if !group.wasAvailable {
                // Its first table makes a primary the replica of a predecessor that never lived; a later one the owner of its slots.
                let isFounding = shard.primary == id && isFirst
                node.ownsSlots = shard.primary == id && !isFounding
                node.strangers = isFounding ? ["predecessor"] : []
            } else if isFirst {
                node.knows = Set(group.members.map(\.id))
            }
            node.role = node.ownsSlots ? .primary : .replica
        }
        let holdsEndpoint = shard.primary == id && group.build.movesAddresses
        node.bound = member.addresses + (holdsEndpoint ? shard.primaryAddresses : [])
        node.tuning = forming
        node.history = node.saved?.history ?? ""
        node.offset = node.saved?.offset ?? 0
        if node.role == .primary {
            (node.history, node.previousHistory) = (newHistory(), node.history.isEmpty ? nil : node.history)
            node.data.era = newEra()
        }
        nodes[id] = node
        tellOfStart(member)
    }

    private func takeUp(_ data: StartData, _ node: inout SimulatedNode) {
        let seed = data.seeds.compactMap { nodes[$0]?.saved }.first
        if data.setsAsideOwn { node.saved = nil }
        node.saved = data.replaces ? seed ?? node.saved : node.saved ?? seed
    }

    private mutating func tellOfStart(_ member: Member) {
        guard group.wasAvailable, group.status != .deleting, member.change != .joining else { return }
        if case .rebooting = member.change { return }
        let created = group.createTime
        change(member.id) { member in
            var trouble = member.trouble ?? Trouble(kind: .ended, reason: "", since: created)
            trouble.restarts += 1
            member.trouble = trouble
        }
    }

    /// As an engine's file has them: they count until it is told otherwise.
    private var forming: [String: String] {
        var values = ["hz": "\(Tuning.frequencyWhileForming)", "repl-diskless-sync": Tuning.syncsStraightWhileForming ? "yes" : "no"]
        values["save"] = Tuning.savePoints.map { "\($0.seconds) \($0.changes)" }.joined(separator: " ")
        values["appendonly"] = "no"
        if group.clusterEnabled { values["cluster-node-timeout"] = "\(Tuning.nodeTimeoutWhileForming)" }
        return values
    }

    private mutating func stop(_ id: String, _ reason: StopReason) {
        guard var node = nodes[id] else { return }
        if reason == .reboot, node.isUp, node.frozen == 0 { node.save(at: time) }
        node.end(as: .ending(removed: false))
        nodes[id] = node
    }

    private mutating func moveAddress(_ id: String) {
        let isJoining = group.member(id)?.change == .joining
        if group.wasAvailable, !isJoining { note("\(id) moves although clients know its address") }
        let address = newAddress()
        change(id) { $0.address = address }
        guard !group.wasAvailable else { return start(id, follows: shard(of: id)?.primary, StartData()) }
        for other in group.clusterEnabled ? group.members.map(\.id) : [id] where other == id || nodes[other]?.process != .absent {
            start(other, follows: nil, StartData())
        }
    }

    // MARK: Service updates

    private mutating func renew(_ id: String) {
        guard let (name, update) = group.update, let incarnation = nodes[id]?.incarnation else { return }
        if let down = group.members.first(where: { nodes[$0.id]?.isUp != true }) { note("\(id) is taken down while \(down.id) is down") }
        change(id) {
            $0.build = update.build
            $0.change = .rebooting(incarnation: incarnation)
        }
        group.updates?[name]?.enter(.inProgress, at: group.createTime)
    }

    private mutating func endUpdate(_ outcome: UpdateOutcome) {
        guard let (name, update) = group.update else { return }
        if outcome == .complete { group.build = update.build }
        for member in group.members where member.build == update.build {
            if case .rebooting = member.change {
                let incarnation = nodes[member.id]?.incarnation ?? 0
                change(member.id) {
                    $0.build = nil
                    $0.change = .rebooting(incarnation: incarnation)
                }
            }
            if outcome == .complete { change(member.id) { $0.build = nil } }
        }
        group.updates?[name]?.enter(outcome == .complete ? .complete : .stopped, at: group.createTime)
    }

    // MARK: Roles

    private mutating func replicate(_ id: String, _ primary: String) -> Bool {
        if nodes[id]?.ownsSlots == true { note("\(id) owns slots and was told to follow") }
        let address = group.member(primary)?.address
        return update(id) {
            // A replica stays a synced one when it is led to another primary; a primary that turns replica never was one.
            $0.hasSynced = $0.hasSynced && $0.role == .replica
            $0.role = .replica
            $0.follows = address
            $0.isLinked = false
        }
    }

    private mutating func promote(_ id: String) -> Bool {
        guard let node = nodes[id], node.answers else { return false }
        if node.role == .replica { becomePrimary(id) }
        return true
    }

    /// A hand-over that it is in the middle of is given up: whoever gives the order must see to that.
    mutating func becomePrimary(_ id: String) {
        guard var node = nodes[id] else { return }
        node.role = .primary
        node.follows = nil
        node.isLinked = false
        node.hasSynced = false
        node.hadSynced = false
        node.syncing = 0
        node.previousHistory = node.history
        node.history = newHistory()
        node.data.era = newEra()
        if group.clusterEnabled {
            node.ownsSlots = true
            node.epoch = nextEpoch
        }
        nodes[id] = node
    }

    // MARK: Records

    private mutating func note(_ id: String, _ report: TroubleReport?) {
        let created = group.createTime
        change(id) { member in
            let past = member.trouble
            member.trouble = report.map {
                Trouble(kind: $0.kind, reason: $0.reason, since: created, restarts: past?.restarts ?? 0)
            }
        }
    }

    private mutating func giveUp(_ wish: Wish) {
        switch wish {
        case .switchover(let id): change(nodeGroup: id) { $0.successor = nil }
        case .failoverTest(let id): change(nodeGroup: id) { $0.testFailover = nil }
        case .removal(let id), .reboot(let id): change(id) { $0.change = nil }
        case .addition, .settings, .recovery: break
        }
    }

    private mutating func drop(_ id: String) {
        if nodes[id]?.isGone == false { note("\(id) is dropped and still there") }
        let isLate = observed.waited[.removal(member: id)].map { $0 >= rules.patience } ?? false
        for (other, node) in nodes where group.clusterEnabled && node.isUp && other != id && node.knows.contains(id) {
            // It has it struck when it is back.
            if isLate, !node.answers { continue }
            note("\(id) is dropped and \(other) still knows it")
        }
        for n in group.nodeGroups.indices { group.nodeGroups[n].members.removeAll { $0.id == id } }
        nodes[id] = nil
    }

    private mutating func forget() {
        isForgotten = true
        for (id, node) in nodes where !node.isGone { note("\(id) is forgotten and still there") }
        if !routes.isEmpty { note("a route is forgotten and still there") }
    }

    private mutating func becomeCacheCluster() {
        isCacheCluster = true
        guard let kept = group.nodeGroups[0].primaryMember, let node = nodes[kept.id] else { return }
        if node.bound.contains(where: { $0 != kept.address }) { note("\(kept.id) keeps the endpoint's address, which is given back") }
        for (id, node) in nodes where id != kept.id && !node.isGone { note("\(id) is still there") }
    }
}
