extension ParameterFamily.Parameter {
    private static let keyspaceEvents = Set("KEg$lshzxeAtdmn")

    /// Whether the data type and the allowed values admit a value.
    package func allows(_ value: String) -> Bool {
        // The API tells no values; the engines take these letters.
        if name == "notify-keyspace-events" { return value.allSatisfy(Self.keyspaceEvents.contains) }
        return AllowedValues(allowedValues, of: dataType).contains(value)
    }

    /// Whether it changes only while nobody uses its group, and is the same in a group that takes another's place. With another number of
    /// databases than its primary a replica would write into the wrong one.
    package var isSettledInUse: Bool {
        switch name {
        case "cluster-enabled", "databases": true
        case "activerehashing": !isModifiable
        default: false
        }
    }

    /// Whether a group's own value may be given at all.
    package var mayChange: Bool { isModifiable || isSettledInUse }
}

extension ParameterFamily {
    /// The two ways to keep memory free, of which a group uses one.
    package static let reservedMemory = "reserved-memory"
    package static let reservedMemoryPercent = "reserved-memory-percent"

    /// A parameter that a group may have a value of its own for: those of the family, and `reserved-memory`, which families with
    /// `reserved-memory-percent` take without telling of it.
    package func changeable(_ name: String) -> Parameter? {
        if let parameter = parameter(name) { return parameter }
        guard name == Self.reservedMemory, let percent = parameter(Self.reservedMemoryPercent) else { return nil }
        return Parameter(
            name: name, value: "0", dataType: .integer, allowedValues: "0-", isModifiable: true,
            minimumEngineVersion: percent.minimumEngineVersion, changeType: .immediate)
    }
}
