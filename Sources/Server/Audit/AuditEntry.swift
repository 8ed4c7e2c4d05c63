import AWSProtocol
import Access
import ControlPlane
import Foundation
import NIOCore

/// What is kept of a call that changes something: who, what, from where, and what came of it. It has no secret in it.
struct AuditEntry: Encodable {
    static let success = "ok"

    let time: String
    let action: String
    let parameters: [String: String]
    /// What the caller said; `user` is known only once the signature was verified.
    let accessKeyID: String?
    let user: String?
    let account: String?
    let region: String?
    let source: String?
    /// `ok`, or the fault's code.
    let outcome: String
    let requestID: String?
    /// How many refusals before this one were left out.
    var unrecorded: Int?

    /// A call whose caller is known, or taken at their word.
    init(
        _ change: RequestedChange, by caller: Caller, of world: (account: String, region: String), from peer: SocketAddress?,
        outcome answer: ElastiCacheService.Answer
    ) {
        self.init(
            action: change.action, parameters: change.parameters, accessKeyID: caller.scope?.accessKeyID, user: caller.principal?.user,
            account: world.account, region: world.region, source: peer?.ipAddress, outcome: answer.code ?? Self.success,
            requestID: answer.requestID)
    }

    /// A call that was refused before anybody knew who it was from.
    init(_ change: RequestedChange, claimedBy key: String?, from peer: SocketAddress?, outcome answer: ElastiCacheService.Answer) {
        self.init(
            action: change.action, parameters: change.parameters, accessKeyID: key, source: peer?.ipAddress,
            outcome: answer.code ?? Self.success, requestID: answer.requestID)
    }

    /// A fault that was asked for. `caller` is nil where no keys are kept.
    init(_ request: FaultRequest, by caller: Caller?, from peer: SocketAddress?, outcome: String) {
        let parameters: [String: String?] = [
            "action": request.action.rawValue, "member": request.member, "zone": request.zone, "account": request.account,
            "region": request.region,
        ]
        self.init(
            action: "elastane:MakeFault", parameters: parameters.compactMapValues { $0.map(RequestedChange.shortened) },
            accessKeyID: caller?.scope?.accessKeyID, user: caller?.principal?.user, account: caller?.principal?.account,
            source: peer?.ipAddress, outcome: outcome)
    }

    private init(
        action: String, parameters: [String: String], accessKeyID: String? = nil, user: String? = nil, account: String? = nil,
        region: String? = nil, source: String?, outcome: String, requestID: String? = nil
    ) {
        time = Timestamp.format(Date())
        self.action = action
        self.parameters = parameters
        self.accessKeyID = accessKeyID
        self.user = user
        self.account = account
        self.region = region
        self.source = source
        self.outcome = outcome
        self.requestID = requestID
    }

    /// One line of JSON.
    func line() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
