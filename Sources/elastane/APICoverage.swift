import ArgumentParser
import ControlPlane

struct APICoverage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api-coverage", abstract: "Print which operations of the API are served, as Markdown.")

    func run() async throws {
        print(Coverage.markdown(), terminator: "")
    }
}
