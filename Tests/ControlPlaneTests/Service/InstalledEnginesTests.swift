import CacheModel
import Engine
import Synchronization
import Testing

@testable import ControlPlane

@Suite struct InstalledEnginesTests {
    /// What is installed, and how often it was looked for.
    private final class Machine: Sendable {
        let state = Mutex((builds: [EngineBuild](), looks: 0))

        func look() -> EngineCatalog {
            state.withLock { state in
                state.looks += 1
                return EngineCatalog(builds: state.builds)
            }
        }

        var looks: Int { state.withLock { $0.looks } }
    }

    @Test func looksOnce() async throws {
        let machine = Machine()
        machine.state.withLock { $0.builds = [.sample(.redis, "7.0.15")] }
        let engines = InstalledEngines { machine.look() }
        #expect(machine.looks == 0)
        for _ in 0..<3 { #expect(await engines.catalog().builds.count == 1) }
        let release = try EngineVersionCatalog.resolve(engine: .redis, version: nil)
        #expect(await engines.build(for: release)?.version == "7.0.15")
        #expect(machine.looks == 1)
    }

    @Test func looksAgainForWhatIsMissing() async throws {
        let machine = Machine()
        let engines = InstalledEngines { machine.look() }
        let release = try EngineVersionCatalog.resolve(engine: .valkey, version: "8.0")
        #expect(await engines.build(for: release) == nil)
        machine.state.withLock { $0.builds = [.sample(.valkey, "8.1.0")] }
        #expect(await engines.build(for: release)?.version == "8.1.0")
        #expect(await engines.catalog().builds.count == 1)
    }

    @Test func manyCallersShareWhatIsFound() async {
        let machine = Machine()
        machine.state.withLock { $0.builds = [.sample(.redis, "7.0.15")] }
        let engines = InstalledEngines {
            await Task.yield()
            return machine.look()
        }
        let counts = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { await engines.catalog().builds.count } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == Array(repeating: 1, count: 20) && machine.looks == 1)
    }
}
