import AWSProtocol
import Foundation
import HTTPExchange

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
    private struct Answer: Decodable {
        let message: String
    }

    private let endpoint: ServiceEndpoint
    private let http: HTTPExchange

    /// `trust` is a PEM file with the certificates that an encrypted service is to be trusted by; nil: those that the machine trusts.
    init(_ endpoint: ServiceEndpoint, trust: String?) throws {
        self.endpoint = endpoint
        do throws(HTTPExchange.Failure) {
            http = try HTTPExchange(
                host: endpoint.host, port: endpoint.port, isEncrypted: endpoint.isEncrypted, trust: trust, connectWithin: .seconds(5),
                answerWithin: .seconds(15))
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
        let own = [("host", endpoint.authority), ("content-type", "application/json"), ("x-elastane-fault", "yes")]
        do throws(HTTPExchange.Failure) {
            return try await http.post(body, to: Self.path, headers: own.map { (name: $0, value: $1) } + signature(body))
        } catch {
            throw error == .unanswered
                ? ServeFailure("\(endpoint.description) did not answer as it should: whether the fault was made is unknown.")
                : ServeFailure("Nothing answers at \(endpoint.description): start `elastane serve`, or name it with --endpoint.")
        }
    }

    /// None without a key. No region is looked at: the order names it.
    private func signature(_ body: Data) -> [(name: String, value: String)] {
        guard let id = Setting.text(nil, "AWS_ACCESS_KEY_ID"), let secret = Setting.text(nil, "AWS_SECRET_ACCESS_KEY") else { return [] }
        let request = SignableRequest(
            method: "POST", path: Self.path, query: "", headers: [("host", endpoint.authority)], body: Array(body))
        let signer = RequestSigner(accessKeyID: id, secret: secret, region: "us-east-1", service: "elasticache")
        return signer.headers(for: request, at: Date()) ?? []
    }
}
