import AWSProtocol
import Access
import ControlPlane
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Where faults are asked for: `POST /_elastane/faults`, JSON in and out, for programs of this machine.
///
/// No web page may do it through its reader's browser: it can't send the header without the browser asking us first, which is
/// refused; and a page under a name that was bent to this machine is given away by the `Origin` that browsers send. Where keys are kept
/// it must be signed, as a call of the API is.
struct FaultDoor: Sendable {
    static let path = "/_elastane/faults"
    private static let proxied = ["Forwarded", "X-Forwarded-For", "Via"]

    private struct Refused: Error {
        let status: HTTPResponse.Status
        let message: String
    }

    /// A refusal's document. A report is its own.
    private struct Complaint: Encodable {
        let message: String
    }

    let faults: FaultInjection?
    let authentication: Authentication
    let audit: AuditLog
    let logger: Logger

    func answer(_ request: Request, from peer: SocketAddress?) async -> Response {
        do {
            let faults = try admit(request, from: peer)
            var request = request
            let body: ByteBuffer
            do {
                body = try await request.collectBody(upTo: APIServer.bodyLimit)
            } catch {
                throw Refused(status: .contentTooLarge, message: "The body must not be larger than \(APIServer.bodyLimit) bytes.")
            }
            let caller = try authenticate(request, body)
            let report = try await carryOut(try FaultRequest(json: Data(body.readableBytesView)), faults, caller, peer)
            logger.notice("a fault was asked for", metadata: ["fault": "\(report.message)"])
            return Self.response(.ok, report)
        } catch let refused as Refused {
            return Self.response(refused.status, Complaint(message: refused.message))
        } catch let refusal as FaultRefusal {
            return Self.response(refusal.status, Complaint(message: refusal.message))
        } catch {
            logger.error("a fault could not be made", metadata: ["error": "\(error)"])
            return Self.response(.internalServerError, Complaint(message: "The fault could not be made: see the service's log."))
        }
    }

    /// Nil where no keys are kept.
    private func authenticate(_ request: Request, _ body: ByteBuffer) throws(Refused) -> Caller? {
        do {
            return try authentication.verified(request, body: Array(body.readableBytesView))
        } catch {
            let hint =
                " Faults are made for who signs with a key of the service: `elastane fault` does with AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY."
            let message = error.code == .missingAuthenticationToken ? "\(error.message)." + hint : error.message
            throw Refused(status: HTTPResponse.Status(code: error.code.httpStatus), message: message)
        }
    }

    private func carryOut(
        _ request: FaultRequest, _ faults: FaultInjection, _ caller: Caller?, _ peer: SocketAddress?
    ) async throws -> FaultReport {
        func entry(_ outcome: String) -> AuditEntry { AuditEntry(request, by: caller, from: peer, outcome: outcome) }
        do {
            let report = try await faults.carryOut(request, for: caller?.principal)
            await audit.append(entry(AuditEntry.success))
            return report
        } catch {
            let refused = entry((error as? FaultRefusal).map { "\($0.reason)" } ?? "failure")
            // Where no keys are kept nobody knows who it is.
            if caller == nil { await audit.appendRefusal(refused) } else { await audit.append(refused) }
            throw error
        }
    }

    private func admit(_ request: Request, from peer: SocketAddress?) throws(Refused) -> FaultInjection {
        guard let faults else {
            throw Refused(status: .notFound, message: "Faults are made only by a service that listens on a loopback address.")
        }
        guard peer?.isLoopback == true else {
            throw Refused(status: .forbidden, message: "Faults are made only for programs of the service's own machine.")
        }
        guard request.method == .post else { throw Refused(status: .methodNotAllowed, message: "Faults are asked for with POST.") }
        guard let name = HTTPField.Name("X-Elastane-Fault"), request.headers[name] == "yes" else {
            throw Refused(status: .forbidden, message: "Faults are made only for requests with the header X-Elastane-Fault: yes.")
        }
        guard request.headers[.origin] == nil else {
            throw Refused(status: .forbidden, message: "Faults are not made for web pages.")
        }
        // A proxy on this machine would pass on the wishes of others.
        guard Self.proxied.allSatisfy({ name in HTTPField.Name(name).map { request.headers[$0] == nil } ?? true }) else {
            throw Refused(status: .forbidden, message: "Faults are not made for requests that a proxy passes on.")
        }
        return faults
    }

    private static func response(_ status: HTTPResponse.Status, _ document: some Encodable) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var body = try? encoder.encode(document) else { return Response(status: .internalServerError) }
        body.append(UInt8(ascii: "\n"))
        return Response(status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension FaultRefusal {
    fileprivate var status: HTTPResponse.Status {
        switch reason {
        case .malformed: .badRequest
        case .forbidden: .forbidden
        case .unknown: .notFound
        case .conflict: .conflict
        }
    }
}
