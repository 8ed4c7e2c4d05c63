import AWSProtocol
import ControlPlane
import Foundation
import Hummingbird
import NIOCore

/// A call from its HTTP request to its answer: who it is from, what comes of it, and what is kept of that.
struct CallDesk: Sendable {
    let service: ElastiCacheService
    let authentication: Authentication
    let audit: AuditLog

    func failure(_ fault: ServiceFault) -> ElastiCacheService.Answer { service.failure(fault) }

    func answer(_ request: Request, body: [UInt8], from peer: SocketAddress?) async -> ElastiCacheService.Answer {
        // Some clients put the whole form into the query even with POST.
        let form = body.isEmpty ? Array((request.uri.query ?? "").utf8) : body
        let verified: Caller?
        do {
            // Before the form is looked at: what a stranger sends is not read.
            verified = try authentication.verified(request, body: body)
        } catch {
            return await refuse(error, request, form, peer)
        }
        do {
            let parameters = try Self.parse(form)
            let caller = if let verified { verified } else { Caller(scope: try Authentication.claimed(request, parameters)) }
            let answer = await service.answer(parameters, from: caller)
            if let change = RequestedChange(parameters) {
                await audit.append(AuditEntry(change, by: caller, of: service.world(of: caller), from: peer, outcome: answer))
            }
            return answer
        } catch {
            return service.failure(error)
        }
    }

    /// What a stranger asked for is kept, as far as it can be read.
    private func refuse(
        _ fault: ServiceFault, _ request: Request, _ form: [UInt8], _ peer: SocketAddress?
    ) async -> ElastiCacheService.Answer {
        let answer = service.failure(fault)
        let parameters = try? Self.parse(form)
        if let change = parameters.flatMap(RequestedChange.init) {
            let claimed = try? Authentication.claimed(request, QueryParameters(parsing: request.uri.query ?? ""))
            await audit.appendRefusal(AuditEntry(change, claimedBy: claimed?.accessKeyID, from: peer, outcome: answer))
        }
        return answer
    }

    private static func parse(_ form: [UInt8]) throws(ServiceFault) -> QueryParameters {
        do {
            return try QueryParameters(parsing: form)
        } catch {
            throw ServiceFault(error)
        }
    }
}
