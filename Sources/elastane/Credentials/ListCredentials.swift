import Access
import ArgumentParser
import Foundation

struct ListCredentials: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the keys, without their secrets: id, account, user, whether it is accepted, what it may do.")

    @OptionGroup
    var location: CredentialsLocation

    @Flag(help: "Print them as JSON, with their policies.")
    var json = false

    private struct Row: Encodable {
        let id: String
        let account: String
        let user: String
        let disabled: Bool
        let created: Date
        let policy: AccessPolicy?
    }

    func run() throws {
        let keys = try location.keys().sorted { $0.created < $1.created }
        guard json else {
            for key in keys {
                let state = key.isDisabled ? "disabled" : "enabled"
                print("\(key.id)  \(key.account)  \(key.user)  \(state)  \(key.policy == nil ? "everything" : "by policy")")
            }
            return
        }
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let rows = keys.map {
            Row(id: $0.id, account: $0.account, user: $0.user, disabled: $0.isDisabled, created: $0.created, policy: $0.policy)
        }
        print(String(decoding: try encoder.encode(rows), as: UTF8.self))
    }
}
