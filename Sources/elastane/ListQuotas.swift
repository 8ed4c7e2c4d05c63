import ArgumentParser
import CacheModel

struct ListQuotas: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quotas", abstract: "Print the quotas that `serve --quota NAME=NUMBER` can change, with their defaults.")

    func run() {
        for setting in Quotas.settings { print("\(setting.name)=\(setting.value)") }
    }
}
