/// The engines that are served.
package enum EngineKind: String, Codable, Sendable, CaseIterable {
    case redis
    case valkey

    package enum Failure: Error, Equatable {
        /// The service has it; here it isn't served.
        case memcached
        case unknown
    }

    /// Takes the API's name in any case.
    package init(named name: String) throws(Failure) {
        let name = name.lowercased()
        guard let kind = EngineKind(rawValue: name) else { throw name == "memcached" ? .memcached : .unknown }
        self = kind
    }

    /// `CacheEngineDescription`
    package var title: String {
        switch self {
        case .redis: "Redis"
        case .valkey: "Valkey"
        }
    }
}
