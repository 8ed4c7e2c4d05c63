import CacheModel
import Testing

@Suite struct BlockedCommandsTests {
    @Test(arguments: [("", []), ("KEYS blocked", ["keys"]), (" flushall  BLOCKED keys blocked ", ["flushall", "keys"])])
    func blocked(value: String, commands: [String]) throws {
        #expect(try BlockedCommands.parse(value) == commands)
    }

    @Test(arguments: [
        ("KEYS", BlockedCommands.Failure.odd), ("KEYS blocked GET", .odd), ("CONFIG blocked", .unknown(command: "config")),
        ("KEYS blocked keys blocked", .twice(command: "keys")), ("KEYS lookup", .renamed(command: "keys", name: "lookup")),
    ])
    func refused(value: String, failure: BlockedCommands.Failure) {
        #expect(throws: failure) { try BlockedCommands.parse(value) }
    }
}
