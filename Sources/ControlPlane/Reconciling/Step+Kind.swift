import CacheModel
import Planning

extension Step {
    /// Whether it is done by writing records; the others are orders to an engine.
    var isRecord: Bool {
        switch self {
        case .replicate, .promote, .forgetNodes, .bind, .tune: false
        case .start, .moveAddress, .recordPrimary, .route, .dropRoute, .remove, .becomeAvailable, .fail, .forget, .becomeCacheCluster: true
        }
    }

    var isBinding: Bool {
        if case .bind = self { true } else { false }
    }

    /// For logs.
    var summary: String {
        switch self {
        case .start(let member, let follows, _): follows.map { "start \(member) as a replica of \($0)" } ?? "start \(member)"
        case .moveAddress(let member): "move \(member) to another address"
        case .replicate(let member, let primary): "attach \(member) to \(primary)"
        case .recordPrimary(let nodeGroup, let member, _): "make \(member) the primary of \(nodeGroup)"
        case .promote(let member): "promote \(member)"
        case .forgetNodes(let member, let nodes): "have \(member) forget \(nodes.count) nodes"
        case .bind(let member, let addresses): "bind \(member) to \(addresses.map(\.description).joined(separator: " "))"
        case .tune(let member, let name, let value): "set \(name) of \(member) to \(value)"
        case .route(let route): "route \(route.name) to \(route.targets.count) nodes"
        case .dropRoute(let name): "drop the route \(name)"
        case .remove(let member): "remove \(member)"
        case .becomeAvailable: "become available"
        case .fail(let reason): "give up: \(reason)"
        case .forget: "forget"
        case .becomeCacheCluster: "become a lone cache cluster"
        }
    }
}
