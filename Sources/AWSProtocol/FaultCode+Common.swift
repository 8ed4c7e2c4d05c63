/// The faults that every service of the query protocol has (API reference, "Common Errors").
extension FaultCode {
    package static let accessDenied = FaultCode("AccessDenied", 403)
    package static let incompleteSignature = FaultCode("IncompleteSignature", 400)
    package static let internalFailure = FaultCode("InternalFailure", 500, .receiver)
    package static let invalidAction = FaultCode("InvalidAction", 400)
    package static let invalidClientTokenId = FaultCode("InvalidClientTokenId", 403)
    package static let invalidQueryParameter = FaultCode("InvalidQueryParameter", 400)
    /// 404 in the reference; 400 here, since a client reads 404 as "not found".
    package static let malformedQueryString = FaultCode("MalformedQueryString", 400)
    package static let methodNotAllowed = FaultCode("MethodNotAllowed", 405)
    package static let missingAction = FaultCode("MissingAction", 400)
    package static let missingAuthenticationToken = FaultCode("MissingAuthenticationToken", 403)
    package static let notImplemented = FaultCode("NotImplemented", 501, .receiver)
    package static let requestEntityTooLarge = FaultCode("RequestEntityTooLarge", 413)
    package static let requestExpired = FaultCode("RequestExpired", 400)
    package static let serviceUnavailable = FaultCode("ServiceUnavailable", 503, .receiver)
    package static let signatureDoesNotMatch = FaultCode("SignatureDoesNotMatch", 403)
    package static let throttling = FaultCode("Throttling", 400)
    package static let unsupportedMediaType = FaultCode("UnsupportedMediaType", 415)
}
