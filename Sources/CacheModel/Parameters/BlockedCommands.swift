/// `rename-commands`: pairs of a command and the name that it is to have, of which `blocked` says that no user may run it.
///
/// Other names are refused. Replicas are sent what clients wrote, by the names that those used, so that nodes which are told of a name one
/// after the other would not understand each other meanwhile.
package enum BlockedCommands {
    package static let parameter = "rename-commands"
    private static let blocked = "blocked"
    private static let renameable = Set(renameableCommands.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map { $0.lowercased() })

    package enum Failure: Error, Sendable, Equatable {
        /// It is no list of pairs.
        case odd
        case unknown(command: String)
        case twice(command: String)
        case renamed(command: String, name: String)
    }

    /// The commands of a value, lower case, in the order of their names.
    package static func parse(_ value: String) throws(Failure) -> [String] {
        let words = value.split(separator: " ").map { $0.lowercased() }
        guard words.count.isMultiple(of: 2) else { throw .odd }
        var commands: Set<String> = []
        for place in stride(from: 0, to: words.count, by: 2) {
            let (command, name) = (words[place], words[place + 1])
            guard renameable.contains(command) else { throw .unknown(command: command) }
            guard name == blocked else { throw .renamed(command: command, name: name) }
            guard commands.insert(command).inserted else { throw .twice(command: command) }
        }
        return commands.sorted()
    }
}

extension ParameterGroupDefinition {
    /// None where the value is of another service's making.
    package var blockedCommands: [String] {
        changes[BlockedCommands.parameter].flatMap { try? BlockedCommands.parse($0) } ?? []
    }
}
