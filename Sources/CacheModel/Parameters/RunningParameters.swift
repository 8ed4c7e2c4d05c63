/// Two marks that change when a value does: of the parameters that are set while a node runs, and of those that count from its start.
package struct ParameterFingerprints: Codable, Sendable, Equatable {
    package var immediate: String
    package var atStart: String

    package init(immediate: String, atStart: String) {
        self.immediate = immediate
        self.atStart = atStart
    }

    init(_ values: [EffectiveParameters.Value]) {
        immediate = Self.mark(values.filter { !$0.needsReboot })
        atStart = Self.mark(values.filter(\.needsReboot))
    }

    /// FNV-1a, 64 bits: the same in every process and for ever.
    private static func mark(_ values: [EffectiveParameters.Value]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for value in values {
            for byte in "\(value.name)=\(value.value)\n".utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        return String(hash, radix: 16)
    }
}

/// The parameters that a member's process was started with, or was given since.
package struct RunningParameters: Codable, Sendable, Equatable {
    /// Nil while it is not sure that it took them: it is told again.
    package var immediate: String?
    package var atStart: String
    /// What its parameter group changed, and this node makes nothing of. By name.
    package var withoutEffect: [ParameterWithoutEffect]

    package init(immediate: String?, atStart: String, withoutEffect: [ParameterWithoutEffect] = []) {
        self.immediate = immediate
        self.atStart = atStart
        self.withoutEffect = withoutEffect
    }
}

package struct ParameterWithoutEffect: Codable, Sendable, Equatable {
    package let name: String
    package let value: String
    /// For people.
    package let reason: String

    package init(name: String, value: String, reason: String) {
        self.name = name
        self.value = value
        self.reason = reason
    }
}
