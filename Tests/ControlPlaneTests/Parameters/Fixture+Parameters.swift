import CacheModel
import Testing

@testable import ControlPlane

extension Fixture {
    /// Makes a parameter group with values of its own.
    func parameterGroup(_ name: String, _ family: String = "redis7", _ values: (String, String)...) async throws {
        try await call(
            "CreateCacheParameterGroup", "CacheParameterGroupName=\(name)&CacheParameterGroupFamily=\(family)&Description=d"
        ).expectSuccess()
        guard !values.isEmpty else { return }
        try await call("ModifyCacheParameterGroup", Self.form(name, values)).expectSuccess()
    }

    static func form(_ name: String, _ values: [(String, String)]) -> String {
        let pairs = values.enumerated().map { index, pair in
            let path = "ParameterNameValues.ParameterNameValue.\(index + 1)"
            return "&\(path).ParameterName=\(pair.0)&\(path).ParameterValue=\(pair.1.escaped)"
        }
        return "CacheParameterGroupName=\(name)" + pairs.joined()
    }

    func changes(_ name: String) -> [String: String]? {
        world.read { $0.resource(ParameterGroup.self, name, in: Self.home)?.changes }
    }
}
