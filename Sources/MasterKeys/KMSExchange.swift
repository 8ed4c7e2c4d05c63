import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Sealing

/// One question and its answer, over a connection of its own: keys are asked for seldom.
struct KMSExchange: Sendable {
    private static let connectDeadline: TimeAmount = .seconds(3)
    private static let answerDeadline: TimeAmount = .seconds(5)
    /// Bytes.
    private static let answerLimit = 1 << 20

    let endpoint: KMSEndpoint
    /// A PEM file with the certificates of who may sign the service's; nil: whom the system trusts.
    let authorities: String?

    func post(_ body: Data, headers: [(name: String, value: String)]) async throws(KeyFailure) -> (status: Int, body: Data) {
        do {
            let channel = try await connect()
            let deadline = channel.channel.eventLoop.scheduleTask(in: Self.answerDeadline) { channel.channel.close(promise: nil) }
            defer { deadline.cancel() }
            let answer = try await channel.executeThenClose { inbound, outbound in
                try await send(body, headers, outbound)
                return try await receive(inbound)
            }
            if let answer { return answer }
        } catch {}
        throw .unreachable("the key management service at \(endpoint.description) does not answer")
    }

    private func connect() async throws -> NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart> {
        let tls = try endpoint.isEncrypted ? NIOSSLContext(configuration: configuration()) : nil
        return try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(Self.connectDeadline)
            .connect(host: endpoint.host, port: endpoint.port) { [host = endpoint.host] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : host))
                    }
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
    }

    private func configuration() -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities { configuration.trustRoots = .file(authorities) }
        return configuration
    }

    private func send(
        _ body: Data, _ own: [(name: String, value: String)], _ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) async throws {
        var headers: HTTPHeaders = ["content-length": String(body.count), "connection": "close"]
        for (name, value) in own { headers.add(name: name, value: value) }
        try await outbound.write(.head(HTTPRequestHead(version: .http1_1, method: .POST, uri: endpoint.path, headers: headers)))
        try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: body))))
        try await outbound.write(.end(nil))
    }

    /// Nil if the connection ends before the answer does.
    private func receive(_ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws -> (Int, Data)? {
        var status = 0
        var body = Data()
        for try await part in inbound {
            switch part {
            case .head(let head): status = Int(head.status.code)
            case .body(let bytes):
                body.append(contentsOf: bytes.readableBytesView)
                guard body.count <= Self.answerLimit else { return nil }
            case .end: return (status, body)
            }
        }
        return nil
    }
}
