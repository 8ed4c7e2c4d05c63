import CacheModel
import Foundation
import Testing

@Suite struct NodeTypeFileTests {
    private static func parse(_ text: String) throws(NodeTypeFile.Failure) -> [NodeType] { try NodeTypeFile.parse(Data(text.utf8)) }

    @Test func anEntryInFull() throws {
        let text = """
            [{"name": "cache.own.tiny", "memory": 52428800, "clients": 100, "outputBufferLimit": 0, "minimumRedisVersion": "6.2",
              "features": ["failover", "valkey"]}]
            """
        let type = try #require(try Self.parse(text).first)
        #expect(type.name == "cache.own.tiny" && type.family == "own" && type.generation == .current)
        #expect(type.maxmemory == 52_428_800 && type.maxclients == 100 && type.outputBufferLimit == 0)
        #expect(type.supports(.valkey, EngineVersion(7, 2, 6)) && !type.supports(.redis, EngineVersion(6, 0, 5)))
        #expect(type.supportsAutomaticFailover && !type.supportsEncryption)
    }

    @Test func whatAnEntryLeavesOut() throws {
        let type = try #require(try Self.parse(#"[{"name": "cache.own.tiny", "memory": 52428800}]"#).first)
        #expect(type.maxclients == 65_000 && type.outputBufferLimit == 5_242_880)
        #expect(type.supports(.redis, EngineVersion(2, 6, 13)) && type.supportsValkey && type.supportsSnapshots && !type.hasDataTiering)
    }

    @Test func aTypeOfTheServiceIsOnlyChangedOnPurpose() throws {
        let redefined = try Self.parse(#"[{"name": "cache.t3.micro", "memory": 1048576, "redefine": true}]"#)
        let catalog = NodeTypeCatalog.real.adding(redefined)
        #expect(catalog["cache.t3.micro"]?.maxmemory == 1_048_576)
        #expect(catalog.all.count == NodeTypeCatalog.real.all.count)
        #expect(NodeTypeCatalog.real["cache.t3.micro"]?.maxmemory == 536_870_912)
    }

    @Test(arguments: [
        ("", "not a JSON array"), ("{}", "not a JSON array"), ("[{}]", "name is missing"),
        (#"[{"name": "cache.own.tiny"}]"#, "memory is missing"),
        (#"[{"name": "cache.own.tiny", "memory": "much"}]"#, "memory"),
        (#"[{"name": "cache.own.tiny", "memory": 52428800, "cpu": 1}]"#, "cpu is none of name, memory"),
        (#"[{"name": "own.tiny", "memory": 52428800}]"#, "like cache.own.tiny"),
        (#"[{"name": "cache.own.Tiny", "memory": 52428800}]"#, "like cache.own.tiny"),
        (#"[{"name": "cache.own.", "memory": 52428800}]"#, "like cache.own.tiny"),
        (#"[{"name": "cache.own.tiny", "memory": 1048575}]"#, "1 MiB"),
        (#"[{"name": "cache.own.tiny", "memory": 52428800, "clients": 9}]"#, "clients"),
        (#"[{"name": "cache.own.tiny", "memory": 52428800, "minimumRedisVersion": "new"}]"#, "minimumRedisVersion"),
        (#"[{"name": "cache.own.tiny", "memory": 52428800, "features": ["speed"]}]"#, "speed"),
        (#"[{"name": "cache.own.a", "memory": 52428800}, {"name": "cache.own.a", "memory": 52428800}]"#, "twice"),
        (#"[{"name": "cache.t3.micro", "memory": 52428800}]"#, "redefine"),
    ])
    func refuses(_ text: String, _ reason: String) {
        let failure = #expect(throws: NodeTypeFile.Failure.self) { try Self.parse(text) }
        #expect(failure?.description.contains(reason) == true, "\(failure?.description ?? "")")
    }
}
