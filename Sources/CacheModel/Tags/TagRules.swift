/// What tags may be.
package enum TagRules {
    /// In Unicode scalars.
    package static let keyLength = 1...128
    package static let valueLength = 0...256

    /// Indices count from 0, in the list that was given.
    package enum Failure: Error, Equatable {
        case emptyKey(index: Int)
        case keyTooLong(index: Int)
        case valueTooLong(index: Int)
        /// `aws:` is the service's own, in upper case too.
        case reservedPrefix(index: Int)
        case forbiddenCharacter(index: Int, Unicode.Scalar)
        case duplicateKey(index: Int, String)
        case tooMany(count: Int)
    }

    /// Checks the tags of one request. `limit` is how many a resource may have.
    package static func check(_ tags: [Tag], limit: Int) throws(Failure) {
        var keys: Set<String> = []
        for (index, tag) in tags.enumerated() {
            guard !tag.key.isEmpty else { throw .emptyKey(index: index) }
            guard tag.key.unicodeScalars.count <= keyLength.upperBound else { throw .keyTooLong(index: index) }
            guard tag.value.unicodeScalars.count <= valueLength.upperBound else { throw .valueTooLong(index: index) }
            guard !tag.key.lowercased().hasPrefix("aws:") else { throw .reservedPrefix(index: index) }
            for scalar in (tag.key + tag.value).unicodeScalars where !isAllowed(scalar) {
                throw .forbiddenCharacter(index: index, scalar)
            }
            guard keys.insert(tag.key).inserted else { throw .duplicateKey(index: index, tag.key) }
        }
        guard tags.count <= limit else { throw .tooMany(count: tags.count) }
    }

    /// A resource's tags after a request adds some: a known key keeps its place and takes the new value.
    package static func adding(_ new: [Tag], to old: [Tag], limit: Int) throws(Failure) -> [Tag] {
        try check(new, limit: limit)
        var result = old
        var places: [String: Int] = [:]
        for (place, tag) in old.enumerated() { places[tag.key] = place }
        for tag in new {
            if let place = places[tag.key] {
                result[place] = tag
            } else {
                result.append(tag)
            }
        }
        guard result.count <= limit else { throw .tooMany(count: result.count) }
        return result
    }

    /// Letters, numbers and spaces of every script, and a few signs.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", ".", ":", "/", "=", "+", "-", "@", " ":
            return true
        default:
            break
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
            .decimalNumber, .letterNumber, .otherNumber, .spaceSeparator, .lineSeparator, .paragraphSeparator:
            return true
        default:
            return false
        }
    }
}
