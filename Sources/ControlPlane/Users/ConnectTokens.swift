import AWSProtocol
package import Access
import CacheModel
import Foundation
import Synchronization

/// The signed tokens that let users of the authentication type `iam` in.
///
/// A token is a presigned request, whose only free value is the second in which it was signed: who has the keys knows all tokens that count now,
/// and an engine can compare their hashes. No signature has to be verified by anybody who stands between.
package final class ConnectTokens: Sendable {
    static let action = "elasticache:Connect"
    /// Seconds that a token holds, and that a client's clock may be ahead.
    static let lifetime = 900
    static let ahead = 30
    /// Keys that may connect as one user: an engine compares each token with all others.
    static let mostKeys = 10

    /// The tokens of one key for one user of one group.
    private struct Source: Hashable {
        let key: String
        let secret: String
        let region: String
        let group: String
        let user: String
    }

    private let keys: @Sendable () -> [AccessKey]?
    private let made = Mutex<[Source: [Int: [String]]]>([:])

    /// `keys` are those in force now; nil where none are kept: then nobody can sign.
    package init(keys: @escaping @Sendable () -> [AccessKey]?) {
        self.keys = keys
    }

    var hasKeys: Bool { keys() != nil }

    /// The keys by which a user may connect to a group: those that are enabled, and whose policy allows it on both; of many the newest.
    func keys(for user: String, of group: ReplicationGroup) -> [AccessKey] {
        guard let region = Region(group.realm.region) else { return [] }
        let resources = [(ARN.ResourceType.replicationGroup, group.id), (.user, user.lowercased())].map { type, name in
            ARN(region: region, account: group.realm.account, type: type, name: name).description
        }
        let allowed = (keys() ?? []).filter { key in
            key.account == group.realm.account && key.policy.map { $0.verdict(on: Self.action, resources: resources) == .allowed } ?? true
        }
        return Array(allowed.sorted { $0.created < $1.created }.suffix(Self.mostKeys))
    }

    /// The seconds since 1970 whose tokens count at a moment.
    static func seconds(at date: Date) -> ClosedRange<Int> {
        let now = Int(date.timeIntervalSince1970.rounded(.down))
        return (now - lifetime + 1)...(now + ahead)
    }

    /// SHA-256 of all tokens of these seconds, the latest first.
    func hashes(for user: String, of group: ReplicationGroup, by keys: [AccessKey], _ seconds: some Sequence<Int>) -> [String] {
        let seconds = seconds.sorted(by: >)
        let all = keys.map { key in
            let source = Source(key: key.id, secret: key.secret, region: group.realm.region, group: group.id, user: user)
            return hashes(source, seconds)
        }
        return seconds.flatMap { second in all.flatMap { $0[second] ?? [] } }
    }

    private func hashes(_ source: Source, _ seconds: [Int]) -> [Int: [String]] {
        var known = made.withLock { $0[source] } ?? [:]
        let new = seconds.filter { known[$0] == nil }
        guard !new.isEmpty else { return known }
        make(new, source, in: &known)
        if known.count > 4 * Self.lifetime, let latest = known.keys.max() {
            known = known.filter { $0.key > latest - 2 * Self.lifetime }
        }
        made.withLock { [known] made in
            // Enough for many users and keys. What is forgotten is made again.
            if made.count > 1000, made[source] == nil { made = [:] }
            made[source] = known
        }
        return known
    }

    private func make(_ seconds: [Int], _ source: Source, in known: inout [Int: [String]]) {
        var signers: [Int: PresignedRequests?] = [:]
        for second in seconds {
            let date = Date(timeIntervalSince1970: Double(second))
            let day = second / 86_400
            let signer =
                signers[day]
                ?? PresignedRequests(
                    accessKeyID: source.key, secret: source.secret, region: source.region, service: "elasticache", day: date,
                    host: source.group, query: "Action=connect&User=\(source.user)", lifetime: Self.lifetime)
            signers[day] = .some(signer)
            known[second] = signer?.urls(at: date).map(Secret.sha256) ?? []
        }
    }
}
