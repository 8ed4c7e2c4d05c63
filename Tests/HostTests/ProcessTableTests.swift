import CacheModel
import Foundation
import Testing

@testable import Host

@Suite struct ProcessTableTests {
    @Test(arguments: ["redis-server", "a b", "x) S 9 (y", "((", ""])
    func parsesAnyName(name: String) throws {
        let tail = "S 5 42 42 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 5 0 123456789 70000000 900 18446744073709551615"
        let entry = try #require(ProcessTable.Entry(stat: "42 (\(name)) \(tail)\n"))
        #expect(entry.pid == 42 && entry.name == name && entry.state == "S" && entry.parent == 5)
        #expect(entry.session == 42 && entry.startTime == 123_456_789 && !entry.isZombie)
    }

    @Test(arguments: ["", "42", "42 (a", "42 (a) S 1", "x (a) S 5 42 42 0 -1 1 1 1 1 1 1 1 1 1 20 0 5 0 9 1"])
    func refusesWhatIsNoStat(text: String) {
        #expect(ProcessTable.Entry(stat: text) == nil)
    }

    @Test func knowsThisProcess() throws {
        let entry = try #require(ProcessTable.entry(getpid()))
        #expect(entry.parent == getppid())
        let identity = ProcessTable.identity(entry)
        #expect(ProcessTable.exists(identity) && !identity.bootID.isEmpty)
        #expect(!ProcessTable.exists(.init(pid: identity.pid, startTime: identity.startTime + 1, bootID: identity.bootID)))
        #expect(!ProcessTable.exists(.init(pid: identity.pid, startTime: identity.startTime, bootID: "another boot")))
    }

    @Test func aReplacedProgramKeepsItsName() {
        #expect(ProcessTable.programName("/usr/bin/redis-server (deleted)") == "redis-server")
        #expect(ProcessTable.programName("/usr/bin/redis-server") == "redis-server")
    }

    /// Debian's redis-server is a link to a file of another name, and /bin/sh to one of a third.
    @Test(arguments: [
        (["redis-server", "redis-check-rdb"], "/usr/bin/redis-server", true),
        (["something", "redis-check-rdb"], "/usr/bin/redis-server", true),
        (["bash", "bash"], "/usr/bin/redis-server", false),
        (["a-program-with-a", "x"], "/opt/a-program-with-a-long-name", false),
        (["a-program-with-", "x"], "/opt/a-program-with-a-long-name", true),
    ])
    func programsAreKnownByAnyOfTheirNames(names: [String], executable: String, expected: Bool) {
        let identity = ProcessStatus.Identity(pid: 1, startTime: 1, bootID: "")
        #expect(ProcessTable.Resident(identity: identity, session: 1, names: names).runs(executable) == expected)
    }
}
