#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Scalars: nil if absent or empty, an error naming the parameter if it isn't of its type.
extension QueryDecoder {
    package func string(_ name: String) -> String? {
        self.parameters.index(of: name, after: self.depth, in: self.range).flatMap { self.parameters.value(at: $0) }
    }

    /// A text that may be given as empty: nil only if it is absent.
    package func text(_ name: String) -> String? {
        self.parameters.index(of: name, after: self.depth, in: self.range).map { self.parameters.value(at: $0) ?? "" }
    }

    /// `true`, `false` and, as in AWS's own guide, `True` and `False`.
    package func bool(_ name: String) throws(QueryDecodingError) -> Bool? {
        switch self.string(name) {
        case nil: nil
        case "true", "True": true
        case "false", "False": false
        default: throw self.error(name, .malformedBoolean)
        }
    }

    /// A decimal integer of 32 bits, as the model means it: sums and products of two can't overflow `Int`.
    package func int(_ name: String) throws(QueryDecodingError) -> Int? {
        guard let text = self.string(name) else { return nil }
        guard let value = Int32(text) else { throw self.error(name, .malformedInteger) }
        return Int(value)
    }

    /// A decimal number, with an exponent if need be; neither infinite nor hexadecimal.
    package func double(_ name: String) throws(QueryDecodingError) -> Double? {
        guard let text = self.string(name) else { return nil }
        let isDecimal = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        guard isDecimal, let value = Double(text), value.isFinite else { throw self.error(name, .malformedDouble) }
        return value
    }

    /// ISO 8601 or seconds since 1970.
    package func timestamp(_ name: String) throws(QueryDecodingError) -> Date? {
        guard let text = self.string(name) else { return nil }
        guard let value = Timestamp.parse(text) else { throw self.error(name, .malformedTimestamp) }
        return value
    }

    /// One of the values of an enumeration, in its exact spelling.
    package func enumeration<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String,
        as type: Value.Type = Value.self
    ) throws(QueryDecodingError) -> Value? {
        guard let text = self.string(name) else { return nil }
        guard let value = Value(rawValue: text) else {
            throw self.error(name, .unknownValue(allowed: Value.allCases.map(\.rawValue)))
        }
        return value
    }
}
