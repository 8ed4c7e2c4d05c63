import ArgumentParser
import ControlPlane

struct ListFailpoints: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failpoints", abstract: "Print the points at which ELASTANE_FAILPOINT can stop the service, for tests of it.",
        shouldDisplay: false)

    func run() async throws {
        for name in Failpoints.names { print(name) }
    }
}
