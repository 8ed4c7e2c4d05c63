import ArgumentParser
import Forwarder
import Logging

/// The forwarder as a process of its own: started by `serve`, and outliving it.
struct Forward: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a forwarder for endpoints. (Started by serve.)", shouldDisplay: false)

    @Option(help: "The socket on which it takes orders.")
    var control: String

    func run() async throws {
        try await ForwarderServer(logger: Logger(label: "forwarder")).run(controlSocketPath: control)
    }
}
