import ArgumentParser
import Foundation

/// A setting from the command line, else from the environment, else its default.
enum Setting {
    static func text(_ option: String?, _ variable: String) -> String? {
        if let option { return option }
        let value = ProcessInfo.processInfo.environment[variable]
        return value?.isEmpty == false ? value : nil
    }

    /// Of a path that is meant from where the program was started.
    static func absolutePath(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    /// Throws a `ValidationError` that names the variable if its value is not of the type.
    static func value<Value: LosslessStringConvertible>(_ option: Value?, _ variable: String, default: Value) throws -> Value {
        if let option { return option }
        guard let text = text(nil, variable) else { return `default` }
        guard let value = Value(text) else { throw ValidationError("\(variable) has the value '\(text)', which is malformed.") }
        return value
    }

    static func flag(_ flag: Bool, _ variable: String) throws -> Bool {
        if flag { return true }
        switch text(nil, variable)?.lowercased() {
        case nil, "0", "false", "no": return false
        case "1", "true", "yes": return true
        case .some(let text): throw ValidationError("\(variable) has the value '\(text)', which is neither true nor false.")
        }
    }

    static func choice<Value: RawRepresentable<String> & CaseIterable>(
        _ option: String?, _ variable: String, _ name: String, default: Value
    ) throws -> Value {
        guard let text = text(option, variable) else { return `default` }
        guard let value = Value(rawValue: text) else {
            let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(name) has the value '\(text)': it must be one of \(allowed).")
        }
        return value
    }
}
