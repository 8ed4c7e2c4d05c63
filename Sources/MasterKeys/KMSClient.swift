import AWSProtocol
import CacheModel
import Foundation
import HTTPExchange
import Sealing

/// A key management service that speaks the protocol of AWS KMS: JSON 1.1, signed.
package struct KMSClient: Sendable {
    package struct Credentials: Sendable {
        let accessKeyID: String
        let secret: String

        package init(accessKeyID: String, secret: String) {
            self.accessKeyID = accessKeyID
            self.secret = secret
        }
    }

    private struct GenerateDataKey: Encodable {
        let keyID: String
        let context: [String: String]
        let spec = "AES_256"

        enum CodingKeys: String, CodingKey {
            case keyID = "KeyId"
            case context = "EncryptionContext"
            case spec = "KeySpec"
        }
    }

    private struct Decrypt: Encodable {
        let ciphertext: String
        let keyID: String
        let context: [String: String]

        enum CodingKeys: String, CodingKey {
            case ciphertext = "CiphertextBlob"
            case keyID = "KeyId"
            case context = "EncryptionContext"
        }
    }

    private struct Answer: Decodable {
        let keyID: String?
        let plaintext: String?
        let ciphertext: String?

        enum CodingKeys: String, CodingKey {
            case keyID = "KeyId"
            case plaintext = "Plaintext"
            case ciphertext = "CiphertextBlob"
        }
    }

    private struct Refusal: Decodable {
        let type: String?

        enum CodingKeys: String, CodingKey {
            case type = "__type"
        }
    }

    private let endpoint: KMSEndpoint
    private let authorities: String?
    private let credentials: Credentials

    package init(endpoint: KMSEndpoint, credentials: Credentials, authorities: String?) {
        self.endpoint = endpoint
        self.authorities = authorities
        self.credentials = credentials
    }

    /// `name` in any form; what is kept is the ARN that the service answers with.
    func generateDataKey(under name: String, region: String, context: [String: String]) async throws(KeyFailure) -> WrappedKey {
        let answer = try await ask("GenerateDataKey", GenerateDataKey(keyID: name, context: context), key: name, region: region)
        guard let key = answer.keyID, let ciphertext = answer.ciphertext, Data(base64Encoded: ciphertext) != nil, dataKey(answer) != nil
        else {
            throw .unreachable("\(endpoint.description) did not answer as a key management service does")
        }
        return WrappedKey(keeper: .kms, key: key, ciphertext: ciphertext, context: context)
    }

    func decrypt(_ wrapped: WrappedKey) async throws(KeyFailure) -> DataKey {
        let region = KeyName.Reference(wrapped.key)?.realm?.region ?? "us-east-1"
        let body = Decrypt(ciphertext: wrapped.ciphertext, keyID: wrapped.key, context: wrapped.context)
        guard let key = dataKey(try await ask("Decrypt", body, key: wrapped.key, region: region)) else {
            throw .unreachable("\(endpoint.description) did not answer as a key management service does")
        }
        return key
    }

    private func dataKey(_ answer: Answer) -> DataKey? { answer.plaintext.flatMap { Data(base64Encoded: $0) }.flatMap { DataKey($0) } }

    private func post(_ json: Data, _ headers: [(name: String, value: String)]) async throws(KeyFailure) -> (status: Int, body: Data) {
        do {
            return try await HTTPExchange(
                host: endpoint.host, port: endpoint.port, isEncrypted: endpoint.isEncrypted, trust: authorities,
                connectWithin: .seconds(3), answerWithin: .seconds(5)
            ).post(json, to: endpoint.path, headers: headers)
        } catch {
            throw .unreachable("the key management service at \(endpoint.description) does not answer")
        }
    }

    private func ask(_ operation: String, _ body: some Encodable, key: String, region: String) async throws(KeyFailure) -> Answer {
        guard let json = try? JSONEncoder().encode(body) else { throw .refused("the key \(key) can't be asked for") }
        let (status, answer) = try await post(json, headers(operation, json, region))
        guard status == 200 else { throw refusal(status, answer, key) }
        guard let decoded = try? JSONDecoder().decode(Answer.self, from: answer) else {
            throw .unreachable("\(endpoint.description) did not answer as a key management service does")
        }
        return decoded
    }

    private func headers(_ operation: String, _ body: Data, _ region: String) -> [(name: String, value: String)] {
        let own = [
            (name: "host", value: endpoint.authority), (name: "content-type", value: "application/x-amz-json-1.1"),
            (name: "x-amz-target", value: "TrentService.\(operation)"),
        ]
        let request = SignableRequest(method: "POST", path: endpoint.path, query: "", headers: own, body: Array(body))
        let signer = RequestSigner(accessKeyID: credentials.accessKeyID, secret: credentials.secret, region: region, service: "kms")
        return own + (signer.headers(for: request, at: Date()) ?? [])
    }

    /// What the service says of the key, without what else it says: a message may repeat what it was asked.
    private func refusal(_ status: Int, _ body: Data, _ key: String) -> KeyFailure {
        let said = (try? JSONDecoder().decode(Refusal.self, from: body))?.type?.split(separator: "#").last.map(String.init)
        switch said {
        case "NotFoundException"?: return .unknown(key)
        case "DisabledException"?, "KMSInvalidStateException"?: return .disabled(key)
        case let type? where status < 500: return .refused("the key management service refused the key \(key): \(type.prefix(100))")
        default: return .unreachable("\(endpoint.description) answered with the HTTP status \(status)")
        }
    }
}
