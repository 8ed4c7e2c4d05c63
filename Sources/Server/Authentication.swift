import AWSProtocol
package import Access
import ControlPlane
package import Foundation
import HTTPTypes
import Hummingbird

/// Who a request is from: its signature, checked against the keys that are kept.
package struct Authentication: Sendable {
    private let keys: KeyRing
    private let check = SignatureCheck(service: "elasticache")
    private let now: @Sendable () -> Date

    package init(keys: KeyRing, now: @escaping @Sendable () -> Date) {
        self.keys = keys
        self.now = now
    }

    /// Nil where no keys are kept. Throws the fault that fits: no signature, one that can't be read, an unknown or disabled key, a wrong
    /// signature, one of another time. `body` is what was received, to the byte.
    func verified(_ request: Request, body: [UInt8]) throws(ServiceFault) -> Caller? {
        guard keys.isClosed else { return nil }
        let signable = Self.signable(request, body)
        guard let signature = try RequestSignature.find(in: signable) else {
            throw ServiceFault(.missingAuthenticationToken, "Request is missing Authentication Token")
        }
        // Nobody gives out session tokens here.
        guard !signature.hasSessionToken, let key = keys.key(signature.scope.accessKeyID) else {
            throw ServiceFault(.invalidClientTokenId, "The security token included in the request is invalid.")
        }
        try check.verify(signature, of: signable, secret: key.secret, now: now())
        return Caller(scope: signature.scope, principal: Principal(key))
    }

    /// Who a request says it is from; nil if it doesn't say. Throws for a credential that can't be read: to answer for another
    /// region than was meant would be worse.
    static func claimed(_ request: Request, _ parameters: QueryParameters) throws(ServiceFault) -> CredentialScope? {
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

    /// The host is a field of its own once the request has been read.
    private static func signable(_ request: Request, _ body: [UInt8]) -> SignableRequest {
        let host = request.head.authority.map { [(name: "host", value: $0)] } ?? []
        return SignableRequest(
            method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "",
            headers: host + request.headers.map { (name: $0.name.canonicalName, value: $0.value) }, body: body)
    }
}
