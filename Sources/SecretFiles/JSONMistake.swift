/// What is wrong with a JSON document, told without a word of what it holds: that may be a secret.
package enum JSONMistake {
    /// A sentence without its full stop.
    package static func sentence(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, let context)?: "\(path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context)?: "\(path(context.codingPath)) is of another type than it has to be"
        case .valueNotFound(_, let context)?: "\(path(context.codingPath)) is null"
        case .dataCorrupted(let context)? where !context.codingPath.isEmpty: "\(path(context.codingPath)) is malformed"
        default: "it is not JSON"
        }
    }

    /// `keys[0].account`
    package static func path(_ keys: [any CodingKey]) -> String {
        let path = keys.reduce(into: "") { path, key in
            path += key.intValue.map { "[\($0)]" } ?? (path.isEmpty ? key.stringValue : ".\(key.stringValue)")
        }
        return path.isEmpty ? "the document" : path
    }
}
