/// Commands that the service doesn't let its users run, as it documents them ("restricted commands"), with the newer ones of the
/// same kind: what would change roles, slots, files or the configuration behind the service's back.
package enum WithheldCommands {
    package static let commands = [
        "bgrewriteaof", "bgsave", "config", "debug", "failover", "migrate", "module", "psync", "replicaof", "save", "shutdown",
        "slaveof", "sync",
    ]

    /// Of commands that users otherwise may run.
    package static let subcommands: [String: [String]] = [
        "acl": ["deluser", "load", "save", "setuser"],
        "cluster": [
            "addslots", "addslotsrange", "bumpepoch", "cancelslotmigrations", "delslots", "delslotsrange", "failover", "flushslots",
            "forget", "links", "meet", "migrateslots", "migration", "replicate", "reset", "saveconfig", "set-config-epoch", "setslot",
            "syncslots",
        ],
    ]

    /// What remains of them, for engines whose ACL can only allow subcommands, not take them away: before 7.0.
    static let allowedSubcommands: [String: [String]] = [
        "acl": ["cat", "genpass", "getuser", "help", "list", "log", "users", "whoami"],
        "cluster": [
            "count-failure-reports", "countkeysinslot", "getkeysinslot", "help", "info", "keyslot", "myid", "nodes", "replicas",
            "slaves", "slots",
        ],
    ]

    /// The categories that those engines have both commands in.
    private static let categories: Set<String> = ["all", "admin", "dangerous", "slow"]

    /// Everything that a build is asked about, without its sign: `config`, `cluster|meet`.
    static let all: [String] =
        commands + subcommands.keys.sorted()
        + subcommands.sorted { $0.key < $1.key }.flatMap { name, names in names.map { "\(name)|\($0)" } }

    /// ACL rules that take them from a user who has these rules, in words that the build knows. An ACL that names a command
    /// which the build doesn't have is refused as a whole.
    static func rules(for build: EngineBuild, after rules: [String]) -> [String] {
        var withheld = commands.filter(build.deniable.contains).map { "-\($0)" }
        for (name, names) in subcommands.sorted(by: { $0.key < $1.key }) {
            if build.deniesSubcommands {
                withheld += names.map { "\(name)|\($0)" }.filter(build.deniable.contains).map { "-\($0)" }
            } else if build.deniable.contains(name) {
                withheld.append("-\(name)")
                withheld += remaining(of: name, after: rules).map { "+\(name)|\($0)" }
            }
        }
        return withheld
    }

    /// Nobody is to get a subcommand by this whom the rules don't give it.
    private static func remaining(of command: String, after rules: [String]) -> [String] {
        var given: Set<String> = []
        let allowed = allowedSubcommands[command, default: []]
        for rule in rules.map({ $0.lowercased() }) {
            switch rule {
            case "allcommands", "+\(command)": given = Set(allowed)
            case "nocommands", "-\(command)": given = []
            case _ where rule.hasPrefix("+@") && categories.contains(String(rule.dropFirst(2))): given = Set(allowed)
            case _ where rule.hasPrefix("-@") && categories.contains(String(rule.dropFirst(2))): given = []
            case _ where rule.hasPrefix("+\(command)|"): given.insert(String(rule.dropFirst(command.count + 2)))
            default: break
            }
        }
        return allowed.filter(given.contains)
    }
}
