/// A parameter that is missing or that is not of its type.
///
/// Carries no value: what a client sends may be a secret in the wrong place.
package struct QueryDecodingError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case missing
        case missingList
        /// Not decimal, or outside 32 bits: the model's integers are 32 bits wide.
        case malformedInteger
        case malformedBoolean
        case malformedDouble
        case malformedTimestamp
        /// Not one of the values of the enumeration.
        case unknownValue(allowed: [String])
        /// A value where a list was expected, as in `SubnetIds=a`.
        case malformedList
        /// A value where a structure was expected, as in `Tags.Tag.1=a`.
        case malformedStructure
        /// An item whose number is absent, not decimal, below 1, overflowing, or given twice.
        case malformedListIndex
    }

    /// The full name on the wire, such as `NodeGroupConfiguration.NodeGroupConfiguration.2.ReplicaCount`.
    package var parameter: String
    package var reason: Reason

    package init(_ parameter: String, _ reason: Reason) {
        self.parameter = parameter
        self.reason = reason
    }
}

extension QueryDecodingError: CustomStringConvertible {
    /// A sentence that names the parameter and its rule.
    package var description: String {
        switch self.reason {
        case .missing:
            // These two sentences are the service's own.
            "The parameter \(self.parameter) must be provided and must not be null."
        case .missingList:
            "The parameter \(self.parameter) must be provided."
        case .malformedInteger:
            "The parameter \(self.parameter) must be a decimal integer of at most 32 bits."
        case .malformedBoolean:
            "The parameter \(self.parameter) must be true or false."
        case .malformedDouble:
            "The parameter \(self.parameter) must be a decimal number."
        case .malformedTimestamp:
            "The parameter \(self.parameter) must be an ISO 8601 timestamp such as 2017-03-30T07:03:49Z."
        case .unknownValue(let allowed):
            "The parameter \(self.parameter) must be one of: \(allowed.joined(separator: ", "))."
        case .malformedList:
            "The parameter \(self.parameter) is a list: its items are given as \(self.parameter).member.1 and so on."
        case .malformedStructure:
            "The parameter \(self.parameter) is a structure: its members are given as \(self.parameter).Name."
        case .malformedListIndex:
            "The parameter \(self.parameter) is not an item of a list: items are numbered from 1, each number once."
        }
    }
}
