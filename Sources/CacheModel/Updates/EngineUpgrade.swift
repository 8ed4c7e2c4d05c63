#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// An engine version with what serves it: what a cluster has, or is to have.
package struct EngineUpgrade: Codable, Sendable, Equatable {
    /// As asked for and as the API names it: `7.1`.
    package var engineVersion: String
    /// As clusters report it: `7.1.0`.
    package var fullEngineVersion: String
    package var build: BuildReference
    package var parameterGroup: String

    package init(engineVersion: String, fullEngineVersion: String, build: BuildReference, parameterGroup: String) {
        self.engineVersion = engineVersion
        self.fullEngineVersion = fullEngineVersion
        self.build = build
        self.parameterGroup = parameterGroup
    }
}

/// A change of the engine version under way. It goes as a service update does: the data is saved, and the node started again on it.
package struct UpgradeProgress: Codable, Sendable, Equatable {
    package let target: EngineUpgrade
    /// What it had, once the node was begun with.
    package var former: EngineUpgrade?
    package var progress: UpdateProgress

    package init(to target: EngineUpgrade, requested: Date) {
        self.target = target
        self.progress = UpdateProgress(build: target.build, requested: requested)
    }

    /// For people.
    package var name: String { "engine version \(target.engineVersion)" }
}

extension ReplicationGroup {
    package var version: EngineUpgrade {
        get {
            EngineUpgrade(
                engineVersion: engineVersion, fullEngineVersion: fullEngineVersion, build: build, parameterGroup: parameterGroup)
        }
        set {
            engineVersion = newValue.engineVersion
            fullEngineVersion = newValue.fullEngineVersion
            build = newValue.build
            parameterGroup = newValue.parameterGroup
        }
    }
}
