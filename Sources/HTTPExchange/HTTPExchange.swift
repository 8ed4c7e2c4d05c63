package import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One question to a server and its answer, over a connection of its own: for what is seldom asked.
package struct HTTPExchange: Sendable {
    package enum Failure: Error, Sendable, Equatable {
        /// No certificates to trust can be read.
        case noTrust
        /// There is no connection, so that nothing was asked.
        case unreachable
        /// What became of the question is unknown.
        case unanswered
    }

    /// Bytes.
    private static let answerLimit = 1 << 20

    private let host: String
    private let port: Int
    /// Nil for clear text.
    private let context: NIOSSLContext?
    private let connectDeadline: TimeAmount
    private let deadline: TimeAmount

    /// `trust` is a PEM file with the certificates that an encrypted server is to be trusted by; nil: those that the machine trusts. An address is
    /// verified as what was connected to.
    package init(
        host: String, port: Int, isEncrypted: Bool, trust: String?, connectWithin connectDeadline: Duration, answerWithin deadline: Duration
    ) throws(Failure) {
        self.host = host
        self.port = port
        self.connectDeadline = TimeAmount(connectDeadline)
        self.deadline = TimeAmount(deadline)
        guard isEncrypted else {
            context = nil
            return
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let trust { configuration.trustRoots = .file(trust) }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw .noTrust
        }
    }

    /// `headers` besides the body's length.
    package func post(
        _ body: Data, to path: String, headers: [(name: String, value: String)]
    ) async throws(Failure) -> (status: Int, body: Data) {
        let channel: NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
        do {
            channel = try await connect()
        } catch {
            throw .unreachable
        }
        let limit = channel.channel.eventLoop.scheduleTask(in: deadline) { channel.channel.close(promise: nil) }
        defer { limit.cancel() }
        let answer = try? await channel.executeThenClose { inbound, outbound in
            var all: HTTPHeaders = ["content-length": String(body.count), "connection": "close"]
            for (name, value) in headers { all.add(name: name, value: value) }
            try await outbound.write(.head(HTTPRequestHead(version: .http1_1, method: .POST, uri: path, headers: all)))
            try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: body))))
            try await outbound.write(.end(nil))
            return try await Self.receive(inbound)
        }
        guard let answer else { throw .unanswered }
        return answer
    }

    private func connect() async throws -> NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart> {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(connectDeadline)
            .connect(host: host, port: port) { [host, context] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : host))
                    }
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// Nil if the connection ends before the answer does.
    private static func receive(_ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws -> (Int, Data)? {
        var status = 0
        var body = Data()
        for try await part in inbound {
            switch part {
            case .head(let head): status = Int(head.status.code)
            case .body(let bytes):
                body.append(contentsOf: bytes.readableBytesView)
                guard body.count <= answerLimit else { return nil }
            case .end: return (status, body)
            }
        }
        return nil
    }
}
