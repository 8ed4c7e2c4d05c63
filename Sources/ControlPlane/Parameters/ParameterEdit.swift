import AWSProtocol
import CacheModel

/// Changes of one parameter group within one request: all of them or none.
struct ParameterEdit {
    private let family: ParameterFamily
    /// The cluster that uses the group, if there is one: some parameters are settled then.
    private let user: String?
    private(set) var group: ParameterGroup
    /// In the order in which they were made.
    private(set) var events: [String] = []

    init(_ group: ParameterGroup, of family: ParameterFamily, in state: WorldState) {
        self.group = group
        self.family = family
        user = state.userIDs(ofParameterGroup: group.key).first
    }

    mutating func set(_ name: String, _ value: String?) throws {
        let (parameter, value) = try ParameterInput.check(name, value, of: family)
        try change(parameter, to: value)
        // Memory is reserved by number or by percentage.
        switch name {
        case ParameterFamily.reservedMemory: group.changes[ParameterFamily.reservedMemoryPercent] = nil
        case ParameterFamily.reservedMemoryPercent: group.changes[ParameterFamily.reservedMemory] = nil
        default: break
        }
    }

    mutating func reset(_ name: String) throws {
        try change(try ParameterInput.checkReset(name, of: family), to: nil)
    }

    mutating func resetAll() throws {
        for name in group.changes.keys.sorted() {
            guard let parameter = family.changeable(name) else { continue }
            try change(parameter, to: nil)
        }
    }

    private mutating func change(_ parameter: ParameterFamily.Parameter, to value: String?) throws {
        let old = group.changes[parameter.name] ?? parameter.value
        let new = value ?? parameter.value
        if old != new {
            if parameter.isSettledInUse, let user {
                throw ServiceFault.value("The parameter \(parameter.name) cannot be modified. The cluster \(user) uses \(group.name).")
            }
            events.append("Updated parameter \(parameter.name) to \(new)")
        }
        group.changes[parameter.name] = value
    }
}
