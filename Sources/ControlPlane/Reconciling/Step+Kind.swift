import CacheModel
import Planning

extension Step {
    /// Whether it is done by writing records; the others are orders to an engine.
    var isRecord: Bool {
        switch self {
        case .replicate, .promote, .handOver, .release, .save, .introduce, .forgetNodes, .bind, .tune, .configure, .loadCertificates,
            .giveAuthTokens:
            false
        case .start, .stop, .moveAddress, .recordPrimary, .route, .dropRoute, .remove, .dropMember, .recordHistory, .endHistory, .joined,
            .abandon, .giveUp, .rebooted, .failoverTested, .renew, .chooseSuccessor, .endUpdate, .changeNodeType, .note, .configured,
            .becomeAvailable,
            .fail, .issueCertificate, .certificatesLoaded, .authTokensGiven,
            .forget, .becomeCacheCluster:
            true
        }
    }

    /// Whether a process's files are written for it.
    var isStart: Bool {
        switch self {
        case .start, .moveAddress: true
        default: false
        }
    }

    var isBinding: Bool {
        if case .bind = self { true } else { false }
    }

    /// Whether what comes after it counts on its having succeeded.
    var isCondition: Bool {
        switch self {
        case .save, .handOver, .release: true
        default: false
        }
    }

    /// What a step is called where only that matters: at failpoints.
    enum Name: String, CaseIterable {
        case start, stop, save, moveAddress, replicate, recordPrimary, promote, handOver, release, introduce, forgetNodes, bind, tune, route
        case configure, configured, dropRoute, remove, dropMember, recordHistory, endHistory, joined, abandon, giveUp, rebooted,
            failoverTested, note, becomeAvailable,
            fail
        case renew, chooseSuccessor, endUpdate, changeNodeType
        case issueCertificate, loadCertificates, certificatesLoaded, giveAuthTokens, authTokensGiven
        case forget, becomeCacheCluster
    }

    static var names: [String] { Name.allCases.map(\.rawValue) }
    var name: String { kind.rawValue }

    private var kind: Name {
        switch self {
        case .start: .start
        case .stop: .stop
        case .save: .save
        case .moveAddress: .moveAddress
        case .replicate: .replicate
        case .recordPrimary: .recordPrimary
        case .promote: .promote
        case .handOver: .handOver
        case .release: .release
        case .introduce: .introduce
        case .forgetNodes: .forgetNodes
        case .bind: .bind
        case .tune: .tune
        case .configure: .configure
        case .configured: .configured
        case .issueCertificate: .issueCertificate
        case .loadCertificates: .loadCertificates
        case .certificatesLoaded: .certificatesLoaded
        case .giveAuthTokens: .giveAuthTokens
        case .authTokensGiven: .authTokensGiven
        case .route: .route
        case .dropRoute: .dropRoute
        case .remove: .remove
        case .dropMember: .dropMember
        case .recordHistory: .recordHistory
        case .endHistory: .endHistory
        case .joined: .joined
        case .abandon: .abandon
        case .giveUp: .giveUp
        case .rebooted: .rebooted
        case .failoverTested: .failoverTested
        case .renew: .renew
        case .chooseSuccessor: .chooseSuccessor
        case .endUpdate: .endUpdate
        case .changeNodeType: .changeNodeType
        case .note: .note
        case .becomeAvailable: .becomeAvailable
        case .fail: .fail
        case .forget: .forget
        case .becomeCacheCluster: .becomeCacheCluster
        }
    }

    /// For logs.
    var summary: String {
        switch self {
        case .start(let member, let follows, let data): "start \(member)\(follows.map { " as a replica of \($0)" } ?? "")\(data.summary)"
        case .stop(let member, let reason): "stop \(member) (\(reason))"
        case .save(let member): "have \(member) save its data"
        case .moveAddress(let member): "move \(member) to another address"
        case .replicate(let member, let primary): "attach \(member) to \(primary)"
        case .recordPrimary(let nodeGroup, let member, _): "make \(member) the primary of \(nodeGroup)"
        case .promote(let member): "promote \(member)"
        case .handOver(let from, let to): "have \(from) hand over to \(to)"
        case .release(let member): "send the clients of \(member) away"
        case .introduce(let newcomer, let member): "introduce \(newcomer) to \(member)"
        case .forgetNodes(let member, let nodes): "have \(member) forget \(nodes.count) nodes"
        case .bind(let member, let addresses): "bind \(member) to \(addresses.map(\.description).joined(separator: " "))"
        case .tune(let member, let name, let value): "set \(name) of \(member) to \(value)"
        case .configure(let members, _): "give \(members.joined(separator: ", ")) their parameters"
        case .configured(let members): "\(members.keys.sorted().joined(separator: ", ")) have their parameters"
        case .issueCertificate(let member): "issue a certificate for \(member)"
        case .loadCertificates(let members): "have \(members.joined(separator: ", ")) serve their new certificates"
        case .certificatesLoaded(let members): "\(members.joined(separator: ", ")) serve their new certificates"
        case .giveAuthTokens(let members): "give \(members.joined(separator: ", ")) the tokens of users"
        case .authTokensGiven(let members): "\(members.joined(separator: ", ")) have the tokens of users"
        case .route(let route): "route \(route.name) to \(route.targets.count) targets"
        case .dropRoute(let name): "drop the route \(name)"
        case .remove(let member): "remove \(member)"
        case .dropMember(let member): "drop \(member)"
        case .recordHistory(let nodeGroup, _): "record the history of \(nodeGroup)"
        case .endHistory(let nodeGroup): "record that the history of \(nodeGroup) ends"
        case .joined(let member): "\(member) has joined"
        case .abandon(let member, let reason): "give \(member) up: \(reason)"
        case .giveUp(let wish, let reason): "give \(wish) up: \(reason)"
        case .rebooted(let member): "\(member) is rebooted"
        case .failoverTested(let nodeGroup): "the failover of \(nodeGroup) is tested"
        case .renew(let member): "replace the engine of \(member)"
        case .chooseSuccessor(let nodeGroup, let member): "have \(member) become the primary of \(nodeGroup)"
        case .endUpdate(let outcome): "the update is over: \(outcome)"
        case .changeNodeType(let refusal): "change the node type\(refusal.map { ", no: \($0)" } ?? "")"
        case .note(let member, let trouble): "note of \(member): \(trouble.map { "\($0.kind)" } ?? "it is well")"
        case .becomeAvailable: "become available"
        case .fail(let reason): "fail: \(reason)"
        case .forget: "forget the group"
        case .becomeCacheCluster: "become a cache cluster"
        }
    }
}

extension StartData {
    fileprivate var summary: String {
        var words = ""
        if !seeds.isEmpty { words += " on the data of \(seeds.joined(separator: ", "))" }
        if replaces || setsAsideOwn { words += ", its own set aside" }
        if setsAsideTable { words += ", its view of the cluster set aside" }
        return words
    }
}
