package import AWSProtocol

extension ServiceFault {
    /// The service's answer to a parameter that is missing or that is not of its type.
    package init(_ error: QueryDecodingError) {
        self.init(.invalidParameterValue, error.description)
    }
}
