import AWSProtocol
package import ControlPlane
import HTTPTypes
package import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
package import NIOCore

/// The API over HTTP/1.1: any path with an action is a call, and `/health` tells whether the service answers.
package enum APIServer {
    /// Bytes. Larger forms are refused: the longest that a client has reason to send is a fraction of it.
    static let bodyLimit = 1 << 20
    /// After which a connection is closed over which no request comes, or no further part of one: strangers must not keep all descriptors.
    /// Longer than clients keep a connection for the next request.
    private static let idleLimit: TimeAmount = .minutes(5)

    /// The server as a service: it stops accepting on graceful shutdown and lets the calls under way end.
    ///
    /// `faults` carries out what `FaultDoor` is asked for; nil where nobody may ask. Without `identities` it is served in clear text.
    package static func application(
        service: ElastiCacheService, authentication: Authentication, audit: AuditLog, faults: FaultInjection?,
        identities: ServerIdentities?, host: String, port: Int, logger: Logger, onReady: @escaping @Sendable (any Channel) async -> Void
    ) throws -> some ApplicationProtocol {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let door = FaultDoor(faults: faults, authentication: authentication, audit: audit, logger: logger)
        let desk = CallDesk(service: service, authentication: authentication, audit: audit)
        let http = HTTPServerBuilder.http1(configuration: HTTP1Channel.Configuration(idleTimeout: idleLimit))
        return Application(
            responder: CallbackResponder<PeerContext> { request, context in
                if request.uri.path == FaultDoor.path { return await door.answer(request, from: context.peer) }
                return await respond(to: request, from: context.peer, desk)
            },
            server: try identities.map { try .tls(http, tlsConfiguration: $0.configuration) } ?? http,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: onReady,
            logger: quiet)
    }

    private static func respond(to request: Request, from peer: SocketAddress?, _ desk: CallDesk) async -> Response {
        switch request.method {
        case .get, .head:
            if request.uri.path == "/health" { return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "ok\n"))) }
            return response(await desk.answer(request, body: [], from: peer))
        case .post:
            do {
                var request = request
                let body = try await request.collectBody(upTo: bodyLimit)
                return response(await desk.answer(request, body: Array(body.readableBytesView), from: peer))
            } catch {
                return response(
                    desk.failure(ServiceFault(.requestEntityTooLarge, "The request's body must not be larger than \(bodyLimit) bytes.")),
                    closing: true)
            }
        default:
            return response(
                desk.failure(ServiceFault(.methodNotAllowed, "The method \(request.method.rawValue) is not allowed: use POST or GET.")))
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
