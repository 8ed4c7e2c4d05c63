import AWSProtocol
import CacheModel

/// Whether a parameter group is one of an engine and of its version's family.
enum ParameterGroupFit {
    static func check(_ group: ParameterGroupDefinition, for engine: String, family: String) throws {
        guard group.family.engine == engine else {
            throw ServiceFault.combination("\(group.family.engine) parameter group is not applicable to engine \(engine)")
        }
        guard group.family.name == family else {
            throw ServiceFault.combination(
                "Expected a parameter group of family \(family) but found one of family \(group.family.name)")
        }
    }
}
