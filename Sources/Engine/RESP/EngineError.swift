/// What can go wrong between us and an engine.
package enum EngineError: Error, Sendable, Equatable {
    /// No connection could be made, or it was closed before the command was written: nothing happened.
    case unreachable(String)
    /// No reply in time. Whether the command took effect is not known.
    case timeout
    /// The connection broke while a reply was awaited. Whether the command took effect is not known.
    case lost(String)
    /// The engine refused: `NOPERM`, `WRONGPASS`, `LOADING`, `ERR` … and its words.
    case reply(code: String, message: String)
    /// What came back isn't RESP, or goes past its limits. The connection is closed.
    case malformed(String)
    /// A reply that is no error and not what the command answers.
    case unexpected(command: String, detail: String)

    /// Splits an error line into its code, the leading upper-case word, and the rest.
    static func reply(line: String) -> EngineError {
        guard let space = line.firstIndex(of: " ") else { return .reply(code: line, message: "") }
        let code = line[..<space]
        guard code.allSatisfy({ $0.isUppercase || $0.isNumber || $0 == "_" }) else { return .reply(code: "ERR", message: line) }
        return .reply(code: String(code), message: String(line[line.index(after: space)...]))
    }
}

extension EngineError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let detail): "the engine can't be reached: \(detail)"
        case .timeout: "the engine didn't answer in time"
        case .lost(let detail): "the connection to the engine broke: \(detail)"
        case .reply(let code, let message): message.isEmpty ? code : "\(code) \(message)"
        case .malformed(let detail): "the engine's answer can't be read: \(detail)"
        case .unexpected(let command, let detail): "unexpected answer to \(command): \(detail)"
        }
    }
}
