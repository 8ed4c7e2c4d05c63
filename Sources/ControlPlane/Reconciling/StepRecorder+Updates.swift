import CacheModel
import Planning

/// What becomes of a service update, and of another engine version.
extension StepRecorder {
    mutating func renew(_ id: String, in draft: inout Draft) {
        guard let member = group.member(id), let (name, update) = group.update,
            let incarnation = draft.state.processes[member.process]?.value.incarnation
        else { return }
        let now = tools.now()
        if var upgrade = group.upgrade, upgrade.former == nil {
            upgrade.former = group.version
            group.upgrade = upgrade
            group.version = upgrade.target
        }
        // What comes next is waited for from now on, however long the update has gone on.
        group.modifyingSince = now
        change(id) {
            $0.build = update.build
            $0.change = .rebooting(incarnation: incarnation, since: now)
        }
        change(update: name) { update in
            if update.state == .waitingToStart { update.enter(.inProgress, at: now) }
            update.nodes[id] = UpdateProgress.Node(start: now)
        }
    }

    /// A member was started again: on the new build, if it was for an update.
    mutating func renewed(_ id: String) {
        guard let (name, update) = group.update, group.member(id)?.build == update.build, update.nodes[id]?.end == nil else { return }
        let now = tools.now()
        change(update: name) { $0.nodes[id]?.end = now }
    }

    mutating func endUpdate(_ outcome: UpdateOutcome, in draft: inout Draft) throws {
        if let upgrade = group.upgrade { return try endUpgrade(upgrade, outcome, in: &draft) }
        guard let (name, update) = group.update else { return }
        let now = tools.now()
        switch outcome {
        case .complete:
            group.build = update.build
            for member in group.members { change(member.id) { $0.build = nil } }
            change(update: name) { $0.enter(.complete, at: now) }
            try log(.replicationGroup, group.id, "Service update \(name) was applied to replication group \(group.id)", in: &draft)
        case .stopped:
            goBack(update, name, in: draft)
            change(update: name) { $0.enter(.stopped, at: now) }
            try log(.replicationGroup, group.id, "Service update \(name) was stopped for replication group \(group.id)", in: &draft)
        case .failed(let reason):
            goBack(update, name, in: draft)
            change(update: name) { $0.enter(.stopped, at: now) }
            let message = "Service update \(name) could not be applied to replication group \(group.id): \(reason)"
            try log(.replicationGroup, group.id, message, in: &draft)
        }
    }

    /// If it failed the node is started again with what it had. That is planned only as long as it has never run on the other build.
    private mutating func endUpgrade(_ upgrade: UpgradeProgress, _ outcome: UpdateOutcome, in draft: inout Draft) throws {
        switch outcome {
        case .complete:
            group.version = upgrade.target
            for member in group.members { change(member.id) { $0.build = nil } }
            try log(
                group.eventSource, group.id, "Succeeded applying modification to \(upgrade.name)\(served(by: upgrade.target)).", in: &draft)
        case .stopped, .failed:
            if let former = upgrade.former { group.version = former }
            goBack(upgrade.progress, upgrade.name, in: draft)
            let reason = if case .failed(let reason) = outcome { ": \(reason)" } else { "" }
            try log(group.eventSource, group.id, "Failed applying modification to \(upgrade.name)\(reason)", in: &draft)
        }
        group.upgrade = nil
    }

    /// Said where the build is of another version than it serves.
    private func served(by target: EngineUpgrade) -> String {
        let build = target.build
        return build.engine == group.engine && build.version.hasPrefix(target.engineVersion)
            ? "" : ", which is served by \(build.engine.rawValue) \(build.version)"
    }

    mutating func changeNodeType(refusal: String?, in draft: inout Draft) throws {
        guard let name = group.nodeTypeChange else { return }
        group.nodeTypeChange = nil
        guard let refusal else {
            group.nodeType = name
            return try log(group.eventSource, group.id, "Succeeded applying modification to cache node type to \(name).", in: &draft)
        }
        try log(group.eventSource, group.id, "Failed applying modification to cache node type to \(name): \(refusal).", in: &draft)
    }

    /// The member that is not in its place yet is started with what it had before.
    private mutating func goBack(_ update: UpdateProgress, _ name: String, in draft: Draft) {
        for member in group.members where member.isRebooting && member.build == update.build {
            let now = tools.now()
            let incarnation = draft.state.processes[member.process]?.value.incarnation ?? 0
            change(member.id) {
                $0.build = nil
                $0.change = .rebooting(incarnation: incarnation, since: now)
            }
            change(update: name) { $0.nodes[member.id] = nil }
        }
    }

    private mutating func change(update name: String, _ body: (inout UpdateProgress) -> Void) {
        if var upgrade = group.upgrade {
            body(&upgrade.progress)
            group.upgrade = upgrade
        } else if var update = group.updates?[name] {
            body(&update)
            group.updates?[name] = update
        }
    }
}
