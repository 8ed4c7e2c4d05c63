import Yams

/// What a text that is no YAML has wrong.
enum YAMLMistake {
    static func problem(_ error: any Error) -> NetworkFileError.Problem {
        guard let error = error as? YamlError else { return .init(line: 1, text: "\(error)") }
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            return .init(line: mark.line, text: "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            return .init(line: context.mark.line, text: "a key is given twice here: \(duplicates.map { "\($0)" }.joined(separator: ", "))")
        default:
            return .init(line: 1, text: "this can't be read: \(error)")
        }
    }
}
