import AWSProtocol
package import ControlPlane
import HTTPTypes
package import Hummingbird
package import Logging
package import NIOCore

/// The API over HTTP/1.1: any path with an action is a call, and `/health` tells whether the service answers.
package enum APIServer {
    /// Bytes. Larger forms are refused: the longest that a client has reason to send is a fraction of it.
    static let bodyLimit = 1 << 20

    /// The server as a service: it stops accepting on graceful shutdown and lets the calls under way end.
    ///
    /// `faults` carries out what `FaultDoor` is asked for; nil where nobody may ask.
    package static func application(
        service: ElastiCacheService, faults: FaultInjection?, host: String, port: Int, logger: Logger,
        onReady: @escaping @Sendable (any Channel) async -> Void
    ) -> some ApplicationProtocol {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let door = FaultDoor(faults: faults, logger: logger)
        return Application(
            responder: CallbackResponder<PeerContext> { request, context in
                if request.uri.path == FaultDoor.path { return await door.answer(request, from: context.peer) }
                return await respond(to: request, service)
            },
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: onReady,
            logger: quiet)
    }

    private static func respond(to request: Request, _ service: ElastiCacheService) async -> Response {
        switch request.method {
        case .get, .head:
            if request.uri.path == "/health" { return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "ok\n"))) }
            return await answer(Array((request.uri.query ?? "").utf8), request, service)
        case .post:
            do {
                var request = request
                let body = try await request.collectBody(upTo: bodyLimit)
                // Some clients put the whole form into the query even then.
                let form = body.readableBytes > 0 ? Array(body.readableBytesView) : Array((request.uri.query ?? "").utf8)
                return await answer(form, request, service)
            } catch {
                return response(
                    service.failure(ServiceFault(.requestEntityTooLarge, "The request's body must not be larger than \(bodyLimit) bytes.")),
                    closing: true)
            }
        default:
            return response(
                service.failure(ServiceFault(.methodNotAllowed, "The method \(request.method.rawValue) is not allowed: use POST or GET.")))
        }
    }

    /// Who the request says it is from; nil if it doesn't say. Throws for a credential that can't be read: to answer for another
    /// region than was meant would be worse.
    private static func scope(_ request: Request, _ parameters: QueryParameters) throws(ServiceFault) -> CredentialScope? {
        if let header = request.headers[.authorization], header.hasPrefix("AWS4-") {
            if let scope = CredentialScope(authorization: header) { return scope }
        } else if let credential = parameters["X-Amz-Credential"] {
            if let scope = CredentialScope(credential: credential) { return scope }
        } else {
            return nil
        }
        throw ServiceFault(
            .incompleteSignature, "Credential must have the form KEY/DATE/REGION/SERVICE/aws4_request, with the region in lower case.")
    }

    private static func answer(_ form: [UInt8], _ request: Request, _ service: ElastiCacheService) async -> Response {
        let parameters: QueryParameters
        do {
            parameters = try QueryParameters(parsing: form)
        } catch {
            return response(service.failure(ServiceFault(error)))
        }
        do {
            let scope = try scope(request, parameters)
            return response(await service.answer(parameters, scope: scope))
        } catch {
            return response(service.failure(error))
        }
    }

    private static func response(_ answer: ElastiCacheService.Answer, closing: Bool = false) -> Response {
        var headers: HTTPFields = [.contentType: QueryEnvelope.contentType]
        if let name = HTTPField.Name("x-amzn-RequestId") { headers[name] = answer.requestID }
        if closing { headers[.connection] = "close" }
        return Response(
            status: HTTPResponse.Status(code: answer.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
