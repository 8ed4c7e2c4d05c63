import ArgumentParser
import Foundation
import MasterKeys

struct RotateKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a key a new secret for what is encrypted from now on; what was encrypted before stays readable.")

    @OptionGroup
    var known: KnownKey

    func run() throws {
        let key = try known.change { $0.rotate(now: Date()) }
        print("\(key.arn)  version \(key.version)")
    }
}

struct DisableKey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Use a key no more, and keep it. Groups under it go on, and what they save stays in memory.")

    @OptionGroup
    var known: KnownKey

    func run() throws {
        _ = try known.change { key in
            guard !key.isService else { throw ServeFailure("The service's own key is not disabled: groups of all accounts are under it.") }
            key.isDisabled = true
        }
    }
}

struct EnableKey: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Use a disabled key again.")

    @OptionGroup
    var known: KnownKey

    func run() throws {
        _ = try known.change { $0.isDisabled = false }
    }
}
