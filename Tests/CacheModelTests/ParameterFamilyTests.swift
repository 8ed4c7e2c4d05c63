import CacheModel
import Testing

struct ParameterFamilyTests {
    @Test(arguments: [
        ("redis2.6", 28), ("redis2.8", 35), ("redis3.2", 37), ("redis4.0", 51), ("redis5.0", 57), ("redis6.x", 62), ("redis7", 63),
        ("valkey7", 63), ("valkey8", 66), ("valkey9", 67), ("memcached1.4", 30), ("memcached1.5", 30), ("memcached1.6", 30),
    ])
    func counts(name: String, count: Int) throws {
        let family = try #require(ParameterFamily(name))
        #expect(family.parameters.count == count)
        #expect(family.parameters.map(\.name) == family.parameters.map(\.name).sorted())
        #expect(family.engine == String(name.prefix { $0.isLetter }))
        for parameter in family.parameters where parameter.dataType == .integer {
            #expect(Int(parameter.value) != nil, "\(parameter.name)")
        }
    }

    @Test(arguments: ["", "redis", "redis7.2", "redis8", "valkey", "valkey10", "memcached1.7", "Redis7", "redis7 "])
    func unknown(name: String) {
        #expect(ParameterFamily(name) == nil)
    }

    @Test(arguments: [
        ("redis2.8", "close-on-slave-write", "yes", "yes,no", true, "2.8.23"), ("redis2.8", "tcp-keepalive", "0", "0-", true, "2.8.6"),
        ("redis3.2", "tcp-keepalive", "300", "0-", true, "3.2.4"), ("redis3.2", "appendonly", "no", "yes,no", false, "3.2.4"),
        ("redis4.0", "active-defrag-cycle-min", "25", "1-75", true, "4.0.10"), ("redis5.0", "databases", "16", "1-1200000", false, "5.0.0"),
        ("redis5.0", "list-max-ziplist-size", "-2", "-5,-4,-3,-2,-1,1-", false, "5.0.0"),
        ("redis6.x", "databases", "16", "1-10000", false, "6.0.5"),
        ("redis6.x", "acl-pubsub-default", "allchannels", "resetchannels,allchannels", true, "6.2.5"),
        ("redis7", "acl-pubsub-default", "allchannels", "resetchannels,allchannels", true, "7.0.4"),
        ("redis7", "timeout", "0", "0,20-", true, "7.0.4"), ("redis7", "slowlog-log-slower-than", "10000", "-", true, "7.0.4"),
        ("valkey8", "search-default-timeout-ms", "50000", "1-60000", true, "8.2.0"),
        ("valkey8", "repl-backlog-size", "10485760", "16384-", true, "8.0.1"),
        ("valkey9", "cluster-databases", "0", "1-10000", false, "9.0.0"),
        ("memcached1.4", "slab_reassign", "0", "0,1", true, "1.4.14"), ("memcached1.4", "modern", "1", "0,1", true, "1.4.33"),
        ("memcached1.5", "slab_reassign", "0", "0,1", true, "1.5.10"), ("memcached1.6", "no_modern", "1", "0,1", true, "1.6.6"),
        ("memcached1.6", "backlog_queue_limit", "1024", "1-10000", false, "1.6.6"),
        ("memcached1.6", "chunk_size_growth_factor", "1.25", "1.01-", true, "1.6.6"),
    ])
    func values(family: String, name: String, value: String, allowed: String, modifiable: Bool, version: String) throws {
        let parameter = try #require(ParameterFamily(family)?.parameter(name))
        #expect(parameter.value == value)
        #expect(parameter.allowedValues == allowed)
        #expect(parameter.isModifiable == modifiable)
        #expect(parameter.minimumEngineVersion.description == version)
    }

    @Test func longLists() throws {
        let family = try #require(ParameterFamily("valkey9"))
        let policies = try #require(family.parameter("maxmemory-policy")).allowedValues.split(separator: ",")
        #expect(policies.count == 8 && policies.last == "noeviction")
        let commands = try #require(family.parameter("rename-commands")).allowedValues.split(separator: ",")
        #expect(commands.first == "APPEND" && commands.last == "SUBSTR" && commands.count > 150)
        #expect(commands.allSatisfy { $0.allSatisfy { $0.isLetter || $0 == "_" } })
    }

    @Test(arguments: [
        ("redis2.6", "close-on-slave-write"), ("redis3.2", "repl-timeout"), ("redis6.x", "lua-replicate-commands"),
        ("redis7", "activerehashing"),
        ("valkey8", "lazyfree-lazy-expire"), ("valkey9", "replica-lazy-flush"), ("memcached1.5", "modern"),
        ("memcached1.6", "expirezero_does_not_evict"), ("memcached1.4", "no_modern"),
    ])
    func removed(family: String, name: String) throws {
        #expect(try #require(ParameterFamily(family)).parameter(name) == nil)
    }

    @Test(arguments: ParameterFamily.all) func everyParameterSaysWhatItIsFor(family: ParameterFamily) throws {
        let type = try #require(NodeTypeCatalog.real["cache.t3.micro"])
        for name in family.parameters.map(\.name) + family.nodeTypeParameters(type).keys {
            let sentence = try #require(ParameterFamily.description(of: name), "\(name)")
            #expect(sentence.hasSuffix(".") && !sentence.contains("|"), "\(name)")
        }
        #expect(ParameterFamily.description(of: "no-such") == nil)
    }
}
