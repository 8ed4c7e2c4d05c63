import CacheModel
import Engine
import Planning
import Sealing
import Synchronization
import Testing

@testable import ControlPlane

/// Keys that are issued under `k` alone.
private final class FewKeys: DataKeys {
    let asked = Mutex<[(name: String?, context: [String: String])]>([])

    func issue(under name: String?, in realm: Realm, context: [String: String]) async throws(KeyFailure) -> WrappedKey {
        asked.withLock { $0.append((name, context)) }
        switch name {
        case nil, "k": return WrappedKey(keeper: .keyring, key: name ?? "own", version: 1, ciphertext: "wrapped", context: context)
        case "off": throw .disabled("off")
        case let name?: throw .unknown(name)
        }
    }

    func open(_ wrapped: WrappedKey) async throws(KeyFailure) -> DataKey { throw .unknown(wrapped.key) }
}

@Suite struct AtRestEncryptionTests {
    private static let atRest = "AtRestEncryptionEnabled=true"

    @Test func theAnswersTellOfIt() async throws {
        let fixture = try await Fixture(atRest: .keys(FewKeys()))
        let reply = try await fixture.create("g", Self.atRest)
        #expect(reply.first("AtRestEncryptionEnabled") == "true" && !reply.has("KmsKeyId"))
        let keyed = try await fixture.create("k", Self.atRest + "&KmsKeyId=k")
        #expect(keyed.first("AtRestEncryptionEnabled") == "true" && keyed.first("KmsKeyId") == "k")
        let described = try await fixture.call("DescribeCacheClusters")
        #expect(described.all("AtRestEncryptionEnabled") == ["true", "true"])
        #expect(try await fixture.create("r").first("AtRestEncryptionEnabled") == "false")
        #expect(try await fixture.create("v", "Engine=valkey").first("AtRestEncryptionEnabled") == "true")
        #expect(try await fixture.create("w", "Engine=valkey&AtRestEncryptionEnabled=false").first("AtRestEncryptionEnabled") == "false")
        #expect(try await fixture.create("x", "Engine=valkey&KmsKeyId=k").first("KmsKeyId") == "k")
    }

    @Test func theKeyIsForTheGroup() async throws {
        let keys = FewKeys()
        let fixture = try await Fixture(atRest: .keys(keys))
        try await fixture.create("g", Self.atRest + "&KmsKeyId=k").expectSuccess()
        let asked = keys.asked.withLock { $0 }
        #expect(asked.map(\.name) == ["k"])
        #expect(asked.map(\.context) == [["elastane:arn": "arn:aws:elasticache:us-east-1:000000000000:replicationgroup:g"]])
    }

    @Test(arguments: [("off", "is disabled"), ("none", "there is no key none")])
    func aKeyThatCanNotBeUsedIsRefused(name: String, reason: String) async throws {
        let fixture = try await Fixture(atRest: .keys(FewKeys()))
        let reply = try await fixture.create("g", Self.atRest + "&KmsKeyId=\(name)")
        #expect(reply.code == "InvalidKMSKeyFault" && reply.message.contains(reason) && reply.message.contains("KmsKeyId"))
        #expect(try await fixture.records().isEmpty)
    }

    @Test func whatCanNotBeHadIsNotClaimed() async throws {
        let lacking = try await Fixture(atRest: .missing(reason: "there is no memory"))
        let always = try await Fixture(rules: Rules(durability: .always), atRest: .keys(FewKeys()))
        for (fixture, code, reason) in [
            (lacking, "InsufficientCacheClusterCapacity", "there is no memory"),
            (always, "InvalidParameterCombination", "--durability always"),
        ] {
            for form in [Self.atRest, "Engine=valkey&KmsKeyId=k", "Engine=valkey&" + Self.atRest] {
                let reply = try await fixture.create("g", form)
                #expect(reply.code == code && reply.message.contains(reason), "\(form)")
            }
            #expect(try await fixture.records().isEmpty)
            let reply = try await fixture.create("v", "Engine=valkey")
            #expect(reply.first("AtRestEncryptionEnabled") == "false" && fixture.group("v")?.isEncryptedAtRest == false)
            #expect(
                fixture.messages.count == 1 && fixture.messages[0].contains("is not encrypted at rest")
                    && fixture.messages[0].contains(reason))
        }
    }

    @Test func itsProcessesAreSealed() async throws {
        let fixture = try await Fixture(atRest: .keys(FewKeys()))
        try await fixture.create("g", Self.atRest).expectSuccess()
        try await fixture.create("plain").expectSuccess()
        for id in ["g", "plain"] {
            try await fixture.perform([.start(member: "\(id)-001", follows: nil, data: StartData())], on: id)
        }
        let seal = try #require(fixture.process("g-001")?.seal)
        #expect(seal.key == fixture.group("g")?.atRestEncryption?.dataKey && seal.files == ["dump.rdb", "nodes.conf"])
        #expect(fixture.process("plain-001")?.seal == nil)
    }

    @Test func aClusterThatIsAloneHasNone() async throws {
        let fixture = try await Fixture(atRest: .keys(FewKeys()))
        let reply = try await fixture.call("CreateCacheCluster", "CacheClusterId=alone&Engine=valkey&CacheNodeType=cache.t3.micro")
        #expect(reply.first("AtRestEncryptionEnabled") == "false")
        try await fixture.world.transact { draft in
            let known = draft.group(fixture.key("alone", kind: .cacheCluster))
            var cluster = try #require(known)
            (cluster.status, cluster.wasAvailable) = (.available, true)
            try draft.put(cluster)
        }
        let base = "ReplicationGroupId=g&ReplicationGroupDescription=d&PrimaryClusterId=alone"
        for form in [Self.atRest, "KmsKeyId=k"] {
            let refused = try await fixture.call("CreateReplicationGroup", "\(base)&\(form)")
            #expect(refused.code == "InvalidParameterCombination" && refused.message.contains("PrimaryClusterId"))
        }
        let group = try await fixture.call("CreateReplicationGroup", base)
        #expect(group.first("AtRestEncryptionEnabled") == "false")
    }

    @Test(arguments: Durability.allCases)
    func alwaysIsMoreThanItCanPromise(asked: Durability) async throws {
        let fixture = try await Fixture(atRest: .keys(FewKeys()))
        try await fixture.create("g", Self.atRest).expectSuccess()
        try await fixture.create("plain").expectSuccess()
        #expect(fixture.group("g")?.durability(of: asked) == (asked == .always ? .snapshot : asked))
        #expect(fixture.group("plain")?.durability(of: asked) == asked)
    }
}
