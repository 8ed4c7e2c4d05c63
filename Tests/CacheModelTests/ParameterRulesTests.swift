import Testing

@testable import CacheModel

@Suite struct ParameterRulesTests {
    @Test(arguments: [
        ("redis7", "maxmemory-policy", true, false), ("redis7", "cluster-enabled", true, true), ("redis7", "databases", true, true),
        ("redis2.8", "databases", true, true), ("redis2.8", "activerehashing", true, false), ("redis4.0", "activerehashing", true, false),
        ("redis5.0", "activerehashing", true, true), ("redis6.x", "activerehashing", true, true), ("redis7", "maxclients", false, false),
        ("redis7", "appendonly", false, false), ("valkey9", "cluster-databases", false, false),
    ])
    func whatMayChange(family: String, name: String, mayChange: Bool, isSettledInUse: Bool) throws {
        let parameter = try #require(ParameterFamily(family)?.parameter(name))
        #expect(parameter.mayChange == mayChange && parameter.isSettledInUse == isSettledInUse)
    }

    @Test(arguments: [("redis2.8", true, true), ("redis3.2", true, false), ("redis7", true, false), ("valkey9", true, false)])
    func reservedMemory(family: String, isTaken: Bool, isTold: Bool) throws {
        let family = try #require(ParameterFamily(family))
        #expect((family.changeable("reserved-memory") != nil) == isTaken)
        #expect((family.parameter("reserved-memory") != nil) == isTold)
        #expect(family.changeable("no-such") == nil)
    }
}
