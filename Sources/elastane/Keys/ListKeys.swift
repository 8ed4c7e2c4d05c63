import ArgumentParser
import Foundation
import MasterKeys

struct ListKeys: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the keys, without their secrets.")

    @OptionGroup
    var location: KeyringLocation

    @Flag(help: "Print them as JSON.")
    var json = false

    private struct Row: Encodable {
        let arn: String
        let id: String
        let aliases: [String]
        let disabled: Bool
        let created: Date
        let version: Int
    }

    func run() throws {
        let rows = try location.keys().sorted { $0.created < $1.created }.map { key in
            Row(
                arn: key.arn, id: key.id, aliases: key.aliases.map { KeyName.aliasPrefix + $0 }, disabled: key.isDisabled,
                created: key.created, version: key.version)
        }
        guard json else {
            for row in rows {
                let state = row.disabled ? "disabled" : "enabled"
                print(([row.arn, state, "version \(row.version)"] + row.aliases).joined(separator: "  "))
            }
            return
        }
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(rows), as: UTF8.self))
    }
}
