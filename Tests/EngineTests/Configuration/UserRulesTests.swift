import Testing

@testable import Engine

@Suite struct UserRulesTests {
    private static let new = EngineBuild.sample(.redis, "7.0.15", deniable: ["config", "acl", "acl|setuser"])
    private static let old = EngineBuild.sample(.redis, "6.2.14", deniable: ["config", "acl"])

    @Test(arguments: [
        (["on", "~*", "+@all"], "on resetpass #aa ~* +@all -config -acl|setuser"),
        (["off", "~a", "-@all", "+config", "on"], "on resetpass #aa ~a -@all +config -config -acl|setuser"),
        (["on", "-@all", "(~b +@all)", "~a"], "on resetpass #aa -@all ~a -config -acl|setuser (~b +@all -config -acl|setuser)"),
        (["on", "-@all", "( ~b )"], "on resetpass #aa -@all -config -acl|setuser (~b -config -acl|setuser)"),
        (["on", "&a", "+@all", "&b"], "on resetpass #aa resetchannels &a +@all &b -config -acl|setuser"),
        (["on", "allchannels", "&a"], "on resetpass #aa allchannels &a -config -acl|setuser"),
        (["on", "(&a +@all)"], "on resetpass #aa -config -acl|setuser (resetchannels &a +@all -config -acl|setuser)"),
    ])
    func whatIsWithheldComesLast(rules: [String], words: String) {
        let user = AccessControl.User(name: "u", rules: rules, login: .passwords(sha256: ["aa"]))
        #expect(user.words(for: Self.new).joined(separator: " ") == words)
    }

    /// Where subcommands can only be given, nobody is given more than the rules do.
    @Test(arguments: [
        (["-@all", "+get"], "-acl"), (["-@all", "+acl|whoami", "+acl|setuser"], "-acl +acl|whoami"),
        (["+@admin", "-acl"], "-acl"), (["-@all", "+@read"], "-acl"),
        (
            ["+@dangerous"], "-acl +acl|cat +acl|genpass +acl|getuser +acl|help +acl|list +acl|log +acl|users +acl|whoami"
        ),
    ])
    func beforeSubcommandsCouldBeDenied(rules: [String], withheld: String) {
        #expect(WithheldCommands.rules(for: Self.old, after: rules).joined(separator: " ") == "-config \(withheld)")
    }

    @Test func withoutADefaultUserItIsOff() {
        let access = AccessControl(
            users: [.init(name: "u", rules: ["on", "+@all"], login: .open)], administrator: .init(name: "admin", passwordSHA256: "aa"),
            replication: .init(name: "replication", passwordSHA256: "bb"))
        let lines = access.text(for: Self.new).split(separator: "\n")
        #expect(lines.map { $0.split(separator: " ")[1] } == ["default", "u", "admin", "replication"])
        #expect(lines[0].hasPrefix("user default off resetpass -@all"))
    }
}
