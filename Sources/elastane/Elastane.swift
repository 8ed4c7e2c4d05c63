import ArgumentParser

@main
struct Elastane: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "elastane",
        abstract: "ElastiCache that you run yourself: the API, and real Redis and Valkey replication groups behind it.",
        subcommands: [
            Serve.self, Down.self, Doctor.self, Credentials.self, Keys.self, Fault.self, PrintAuthority.self, APICoverage.self,
            ListQuotas.self,
            Forward.self,
            ListFailpoints.self,
        ])
}
