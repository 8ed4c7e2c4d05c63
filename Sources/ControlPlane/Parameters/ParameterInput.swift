import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `CacheParameterGroupName`, `CacheParameterGroupFamily` and `ParameterNameValues`, and whether they may be so.
enum ParameterInput {
    private static let mostPerCall = 20

    /// The name of a group that an account makes or removes, in lower case.
    static func name(_ text: String) throws -> String {
        do {
            return try Identifier.normalized(text, limit: Identifier.Limit.parameterGroup)
        } catch {
            let invalid = "The parameter CacheParameterGroupName is not a valid identifier"
            switch error {
            case .empty: throw ServiceFault.missing("CacheParameterGroupName")
            case .tooLong(let limit): throw ServiceFault.value("\(invalid) because it is longer than \(limit) characters.")
            case .malformed:
                throw ServiceFault.value(
                    "\(invalid). Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not "
                        + "end with a hyphen or contain two consecutive hyphens.")
            }
        }
    }

    static func family(_ name: String) throws -> ParameterFamily {
        guard let family = ParameterFamily(name) else {
            throw ServiceFault.value("CacheParameterGroupFamily \(name) is not a valid parameter group family.")
        }
        return family
    }

    /// The parameters that a request names, each once, with its value if it has one.
    static func pairs(_ shapes: [API.ParameterNameValue]?) throws -> [(name: String, value: String?)] {
        guard let shapes, !shapes.isEmpty else { throw ServiceFault.missing("ParameterNameValues") }
        guard shapes.count <= mostPerCall else {
            throw ServiceFault.value(
                "The parameter ParameterNameValues must name at most \(mostPerCall) parameters. It named \(shapes.count).")
        }
        var names: Set<String> = []
        return try shapes.enumerated().map { index, shape in
            let path = "ParameterNameValues.ParameterNameValue.\(index + 1).ParameterName"
            guard let name = shape.parameterName else { throw ServiceFault.missing(path) }
            guard names.insert(name).inserted else {
                throw ServiceFault.value("The parameter \(path) names \(name) again. Each parameter may be named once.")
            }
            return (name, shape.parameterValue)
        }
    }

    /// A parameter that is to have this value from now on. An absent value is the empty one.
    static func check(
        _ name: String, _ value: String?, of family: ParameterFamily
    ) throws -> (parameter: ParameterFamily.Parameter, value: String) {
        guard let parameter = family.changeable(name) else { throw missing(name) }
        guard parameter.mayChange else { throw fixed(name) }
        let value = value ?? ""
        if name == BlockedCommands.parameter {
            try checkCommands(value)
            return (parameter, value)
        }
        guard parameter.allows(value) else {
            let allowed = parameter.allowedValues.isEmpty ? "" : ", allowed values are:\(parameter.allowedValues)"
            throw ServiceFault.value(
                "The parameter \(name) can not be \(value.isEmpty ? "empty" : value): invalid parameter value\(allowed)")
        }
        return (parameter, value)
    }

    private static func checkCommands(_ value: String) throws {
        let reason: String
        do throws(BlockedCommands.Failure) {
            _ = try BlockedCommands.parse(value)
            return
        } catch {
            reason =
                switch error {
                case .odd: "it must be pairs of a command and blocked, with spaces between"
                case .unknown(let command): "\(command) is none of the commands that it may name"
                case .twice(let command): "it names \(command) twice"
                case .renamed(let command, let name): "\(command) can only be blocked here, and not be called \(name)"
                }
        }
        throw ServiceFault.value(
            "The parameter \(BlockedCommands.parameter) can not be \(value.prefix(256)): invalid parameter value: \(reason)")
    }

    /// A parameter that is to have the family's value again. Throws for one that the family does not tell of.
    static func checkReset(_ name: String, of family: ParameterFamily) throws -> ParameterFamily.Parameter {
        guard let parameter = family.parameter(name) else { throw missing(name) }
        guard parameter.mayChange else { throw fixed(name) }
        return parameter
    }

    static func fixed(_ name: String) -> ServiceFault { .value("The parameter \(name) cannot be modified.") }

    private static func missing(_ name: String) -> ServiceFault { .value("Parameter \(name) doesn't exist") }
}
