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

    /// Everything that a build is asked about, without its sign: `config`, `cluster|meet`.
    static let all: [String] =
        commands + subcommands.keys.sorted()
        + subcommands.sorted { $0.key < $1.key }.flatMap { name, names in names.map { "\(name)|\($0)" } }

    /// ACL rules that take them from a user who may run everything, in words that the build knows. An ACL that names a command
    /// which the build doesn't have is refused as a whole.
    static func rules(for build: EngineBuild) -> [String] {
        var rules = commands.filter(build.deniable.contains).map { "-\($0)" }
        for (name, names) in subcommands.sorted(by: { $0.key < $1.key }) {
            if build.deniesSubcommands {
                rules += names.map { "\(name)|\($0)" }.filter(build.deniable.contains).map { "-\($0)" }
            } else if build.deniable.contains(name) {
                rules.append("-\(name)")
                rules += allowedSubcommands[name, default: []].map { "+\(name)|\($0)" }
            }
        }
        return rules
    }
}
