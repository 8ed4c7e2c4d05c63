import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// `LogDeliveryConfigurations`.
enum LogDeliveryInput {
    /// Each by itself: one for each type of log, with a destination that is complete.
    static func check(_ configurations: [API.LogDeliveryConfigurationRequest]) throws {
        var types: Set<API.LogType> = []
        for (index, configuration) in configurations.enumerated() {
            let path = Self.path(index)
            guard let type = configuration.logType else { throw ServiceFault.missing("\(path).LogType") }
            guard types.insert(type).inserted else {
                throw ServiceFault.value("The parameter \(path).LogType repeats \(type.rawValue). Each type of log may be given once.")
            }
            if configuration.enabled != false { try checkDestination(of: configuration, path) }
        }
    }

    /// With the engine's version.
    static func check(_ configurations: [API.LogDeliveryConfigurationRequest], for engine: EngineKind, _ version: EngineVersion) throws {
        for configuration in configurations where configuration.enabled != false {
            guard let type = configuration.logType, !version.supports(type) else { continue }
            throw ServiceFault.value(
                "\(type.rawValue) log delivery is not available for this \(engine.rawValue) engine version. (LogDeliveryConfigurations)")
        }
    }

    private static func checkDestination(of configuration: API.LogDeliveryConfigurationRequest, _ path: String) throws {
        guard let type = configuration.destinationType else { throw ServiceFault.missing("\(path).DestinationType") }
        guard configuration.logFormat != nil else { throw ServiceFault.missing("\(path).LogFormat") }
        let details = configuration.destinationDetails
        let (name, given, other) =
            switch type {
            case .cloudwatchLogs:
                ("CloudWatchLogsDetails.LogGroup", details?.cloudWatchLogsDetails?.logGroup, details?.kinesisFirehoseDetails != nil)
            case .kinesisFirehose:
                (
                    "KinesisFirehoseDetails.DeliveryStream", details?.kinesisFirehoseDetails?.deliveryStream,
                    details?.cloudWatchLogsDetails != nil
                )
            }
        guard given != nil else { throw ServiceFault.missing("\(path).DestinationDetails.\(name)") }
        if other {
            throw ServiceFault.combination(
                "The parameter \(path).DestinationDetails has details of another destination than DestinationType \(type.rawValue).")
        }
    }

    private static func path(_ index: Int) -> String { "LogDeliveryConfigurations.LogDeliveryConfigurationRequest.\(index + 1)" }
}

extension EngineVersion {
    func supports(_ log: API.LogType) -> Bool {
        switch log {
        case .slowLog: self >= EngineVersion(6, 0)
        case .engineLog: self >= EngineVersion(6, 2)
        }
    }
}
