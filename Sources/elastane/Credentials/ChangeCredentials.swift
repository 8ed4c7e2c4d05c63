import Access
import ArgumentParser

struct DisableCredentials: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "disable", abstract: "Accept a key no more, and keep it.")

    @OptionGroup
    var location: CredentialsLocation

    @Argument(help: "The key's id.")
    var keyId: String

    func run() throws {
        try location.change(keyId) { keys, place in keys[place].isDisabled = true }
    }
}

struct EnableCredentials: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Accept a disabled key again.")

    @OptionGroup
    var location: CredentialsLocation

    @Argument(help: "The key's id.")
    var keyId: String

    func run() throws {
        try location.change(keyId) { keys, place in keys[place].isDisabled = false }
    }
}

struct RemoveCredentials: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a key. With the last one removed, nobody is let in.")

    @OptionGroup
    var location: CredentialsLocation

    @Argument(help: "The key's id.")
    var keyId: String

    func run() throws {
        try location.change(keyId) { keys, place in keys.remove(at: place) }
    }
}
