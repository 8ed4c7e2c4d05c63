/// The rule that names of resources share: ASCII letters, digits and hyphens, a letter first, no hyphen last, no two in a row.
package enum Identifier {
    /// How long a name may be, in characters.
    package enum Limit {
        package static let replicationGroup = 40
        package static let cacheCluster = 50
        package static let parameterGroup = 255
        package static let subnetGroup = 255
        package static let user = 40
        package static let userGroup = 40
    }

    package enum Failure: Error, Equatable {
        case empty
        case tooLong(limit: Int)
        case malformed
    }

    /// The name as it is stored: lower case. Throws what is wrong with the text.
    package static func normalized(_ text: String, limit: Int) throws(Failure) -> String {
        guard !text.isEmpty else { throw .empty }
        guard text.count <= limit else { throw .tooLong(limit: limit) }
        var previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                break
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard previous != 0 else { throw .malformed }
            case UInt8(ascii: "-"):
                guard previous != 0, previous != byte else { throw .malformed }
            default:
                throw .malformed
            }
            previous = byte
        }
        guard previous != UInt8(ascii: "-") else { throw .malformed }
        return text.lowercased()
    }
}
