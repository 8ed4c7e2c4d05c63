import CacheModel
import ElastiCacheAPI
import Engine
import Foundation

extension ServiceUpdate {
    static let estimatedTime = "1 minute per node"

    /// An update can be applied while its build is installed and no later patch is.
    func status(in catalog: EngineCatalog) -> API.ServiceUpdateStatus {
        let installed = catalog.builds.compactMap { BuildReference($0) }
        guard installed.contains(where: { $0.path == build.path && $0.version == build.version }) else { return .cancelled }
        return installed.contains { $0.isNewerPatch(of: build) } ? .expired : .available
    }

    func answer(_ status: API.ServiceUpdateStatus) -> API.ServiceUpdate {
        API.ServiceUpdate(
            serviceUpdateName: name,
            serviceUpdateReleaseDate: releaseDate,
            // How grave it is only its release notes say.
            serviceUpdateSeverity: .medium,
            serviceUpdateStatus: status,
            serviceUpdateDescription: "\(build.engine.title) \(build.version), installed at \(build.path)",
            serviceUpdateType: .securityUpdate,
            engine: build.engine.rawValue,
            engineVersion: build.version,
            autoUpdateAfterRecommendedApplyByDate: false,
            estimatedUpdateTime: Self.estimatedTime)
    }
}
