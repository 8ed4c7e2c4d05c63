extension ParameterFamily {
    /// Oldest first, engine by engine.
    package static let all: [ParameterFamily] = {
        let redis28 = derive("redis2.8", .redis, "2.8.6", from: nil, recordedRedis28)
        let redis26 = derive("redis2.6", .redis, "2.6.13", from: redis28, changesRedis26)
        let redis32 = derive("redis3.2", .redis, "3.2.4", from: redis28, changesRedis32)
        let redis40 = derive("redis4.0", .redis, "4.0.10", from: redis32, changesRedis40)
        let redis50 = derive("redis5.0", .redis, "5.0.0", from: nil, recordedRedis50)
        let redis6x = derive("redis6.x", .redis, "6.0.5", from: redis50, changesRedis6x)
        let redis7 = derive("redis7", .redis, "7.0.4", from: redis6x, changesRedis7)
        let valkey7 = derive("valkey7", .valkey, "7.2.6", from: redis7, "")
        let valkey8 = derive("valkey8", .valkey, "8.0.1", from: valkey7, changesValkey8)
        let valkey9 = derive("valkey9", .valkey, "9.0.0", from: valkey8, changesValkey9)
        return [memcached14, memcached15, memcached16]
            + [redis26, redis28, redis32, redis40, redis50, redis6x, redis7, valkey7, valkey8, valkey9]
    }()

    static let memcached14 = derive("memcached1.4", MemcachedRelease.engine, "1.4.5", from: nil, documentedMemcached14)
    static let memcached15 = derive("memcached1.5", MemcachedRelease.engine, "1.5.10", from: memcached14, changesMemcached15)
    static let memcached16 = derive("memcached1.6", MemcachedRelease.engine, "1.6.6", from: memcached15, "")

    static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    private static func derive(
        _ name: String, _ engine: EngineKind, _ firstVersion: String, from base: ParameterFamily?, _ changes: String
    ) -> ParameterFamily {
        derive(name, engine.rawValue, firstVersion, from: base, changes)
    }

    /// A family's first version is the oldest for all that it inherits, whatever the older family said.
    private static func derive(
        _ name: String, _ engine: String, _ firstVersion: String, from base: ParameterFamily?, _ changes: String
    ) -> ParameterFamily {
        let first = EngineVersion(firstVersion) ?? EngineVersion(0, 0)
        var parameters: [String: Parameter] = [:]
        for old in base?.parameters ?? [] {
            parameters[old.name] = Parameter(
                name: old.name, value: old.value, dataType: old.dataType, allowedValues: old.allowedValues,
                isModifiable: old.isModifiable, minimumEngineVersion: first, changeType: old.changeType
            )
        }
        for line in changes.split(separator: "\n") {
            if line.hasPrefix("-") {
                parameters[String(line.dropFirst())] = nil
            } else if let parameter = parse(line, first: first) {
                parameters[parameter.name] = parameter
            }
        }
        return ParameterFamily(name: name, engine: engine, parameters: parameters.values.sorted { $0.name < $1.name })
    }

    /// See `RecordedParameters.swift` for the form.
    private static func parse(_ line: Substring, first: EngineVersion) -> Parameter? {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard (6...7).contains(fields.count), let type = Parameter.DataType(rawValue: fields[2]),
            let change = Parameter.ChangeType(rawValue: fields[5])
        else { return nil }
        let allowed =
            switch fields[3] {
            case "$chunks": slabChunkSizes
            case "$commands": renameableCommands
            case "$policies": evictionPolicies
            default: fields[3]
            }
        return Parameter(
            name: fields[0], value: fields[1], dataType: type, allowedValues: allowed, isModifiable: fields[4] == "y",
            minimumEngineVersion: fields.count == 7 ? EngineVersion(fields[6]) ?? first : first, changeType: change
        )
    }
}
