package import AWSProtocol

extension API {
    /// The documents of this service.
    package static let envelope = QueryEnvelope(namespace: API.namespace)
}
