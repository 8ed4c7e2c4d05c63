import AWSProtocol
import CacheModel
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// What a service is asked to do: the body of `POST /_elastane/faults`.
struct FaultOrder: Encodable {
    let action: String
    var member: String?
    var zone: String?
    var account: String?
    var region: String?
}

struct ServiceEndpoint: Equatable {
    let host: String
    let port: Int
    let isEncrypted: Bool

    init(host: String, port: Int, isEncrypted: Bool) {
        (self.host, self.port, self.isEncrypted) = (host, port, isEncrypted)
    }

    /// Nil unless it is an `http` or `https` URL of a host, with nothing behind it.
    init?(_ text: String) {
        guard let url = URLComponents(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = url.host, !host.isEmpty, ["", "/"].contains(url.path), url.query == nil, url.user == nil
        else { return nil }
        let port = url.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
        self.init(host: host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port: port, isEncrypted: scheme == "https")
    }

    var description: String { "\(isEncrypted ? "https" : "http")://\(authority)" }
    var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// Asks a service for one fault over a connection of its own.
struct FaultClient {
    private static let path = "/_elastane/faults"
    private static let connectDeadline: TimeAmount = .seconds(5)
    private static let answerDeadline: TimeAmount = .seconds(15)
    /// Bytes.
    private static let answerLimit = 1 << 20

    private struct Answer: Decodable {
        let message: String
    }

    private let endpoint: ServiceEndpoint
    /// Nil for clear text.
    private let context: NIOSSLContext?

    /// `trust` is a PEM file with the certificates that an encrypted service is to be trusted by; nil: those that the machine trusts.
    init(_ endpoint: ServiceEndpoint, trust: String?) throws {
        self.endpoint = endpoint
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let trust { configuration.trustRoots = .file(trust) }
        do {
            context = endpoint.isEncrypted ? try NIOSSLContext(configuration: configuration) : nil
        } catch {
            throw ServeFailure("No certificates to trust can be read from \(trust ?? "this machine's store").")
        }
    }

    /// Returns what was done, in a sentence. Throws a `ServeFailure` with the service's sentence, or one that says why there is none.
    func order(_ order: FaultOrder) async throws -> String {
        let (status, body) = try await exchange(try JSONEncoder().encode(order))
        guard let answer = try? JSONDecoder().decode(Answer.self, from: body) else {
            throw ServeFailure("What answers at \(endpoint.description) is no Elastane that can make faults (HTTP status \(status)).")
        }
        guard status == 200 else { throw ServeFailure(answer.message) }
        return answer.message
    }

    private func exchange(_ body: Data) async throws -> (status: Int, body: Data) {
        let channel: NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>
        do {
            channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(Self.connectDeadline)
                .connect(host: endpoint.host, port: endpoint.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let context {
                            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
                        }
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            throw ServeFailure("Nothing answers at \(endpoint.description): start `elastane serve`, or name it with --endpoint.")
        }
        let deadline = channel.channel.eventLoop.scheduleTask(in: Self.answerDeadline) { channel.channel.close(promise: nil) }
        defer { deadline.cancel() }
        let answer = try? await channel.executeThenClose { inbound, outbound in
            try await send(body, outbound)
            return try await receive(inbound)
        }
        guard let answer else {
            throw ServeFailure("\(endpoint.description) did not answer as it should: whether the fault was made is unknown.")
        }
        return answer
    }

    /// An address is verified as what was connected to.
    private var name: String? { IPAddress(endpoint.host) == nil ? endpoint.host : nil }

    private func send(_ body: Data, _ outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>) async throws {
        var headers: HTTPHeaders = [
            "host": endpoint.authority, "content-type": "application/json", "content-length": String(body.count),
            "x-elastane-fault": "yes", "connection": "close",
        ]
        for (name, value) in signature(body) { headers.add(name: name, value: value) }
        try await outbound.write(.head(HTTPRequestHead(version: .http1_1, method: .POST, uri: Self.path, headers: headers)))
        try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: body))))
        try await outbound.write(.end(nil))
    }

    /// None without a key. No region is looked at: the order names it.
    private func signature(_ body: Data) -> [(name: String, value: String)] {
        guard let id = Setting.text(nil, "AWS_ACCESS_KEY_ID"), let secret = Setting.text(nil, "AWS_SECRET_ACCESS_KEY") else { return [] }
        let request = SignableRequest(
            method: "POST", path: Self.path, query: "", headers: [("host", endpoint.authority)], body: Array(body))
        let signer = RequestSigner(accessKeyID: id, secret: secret, region: "us-east-1", service: "elasticache")
        return signer.headers(for: request, at: Date()) ?? []
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
