import CacheModel
import Foundation
import Sealing
import SecretFiles
import Testing

@testable import MasterKeys

private let realm = Realm(region: "us-east-1", account: "123456789012")
private let other = Realm(region: "eu-west-1", account: "123456789012")
private let context = ["elastane:group": "orders"]

/// A keyring in a directory of its own.
private struct Place {
    let directory: String
    let file: KeyringFile
    let keyring: Keyring
    let keys: EnvelopeKeys

    init() throws {
        directory = NSTemporaryDirectory() + "keyring-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        file = KeyringFile(path: directory + "/keyring.json")
        keyring = Keyring(file: file)
        keys = EnvelopeKeys(keyring: keyring, kms: nil)
    }

    func leave() { try? FileManager.default.removeItem(atPath: directory) }

    func add(_ key: MasterKey) throws -> MasterKey {
        try file.update { $0.append(key) }
        return key
    }

    func change(_ id: String, _ body: (inout MasterKey) -> Void) throws {
        try file.update { keys in
            let place = try #require(keys.firstIndex { $0.id == id })
            body(&keys[place])
        }
    }
}

@Suite struct KeyringTests {
    private let place: Place

    init() throws { place = try Place() }

    @Test func theServicesOwnKeyIsMadeOnce() async throws {
        defer { place.leave() }
        await #expect(throws: KeyFailure.self) { try await place.keys.issue(under: nil, in: realm, context: context) }
        try place.keyring.open(now: Date())
        let wrapped = try await place.keys.issue(under: nil, in: realm, context: context)
        try place.keyring.open(now: Date())
        #expect(try place.file.read().count == 1)
        let (once, again) = (try await place.keys.open(wrapped), try await place.keys.open(wrapped))
        #expect(once == again)
        #expect(try FileManager.default.attributesOfItem(atPath: place.file.file.path)[.posixPermissions] as? Int == 0o600)
    }

    @Test func aKeyIsFoundInEveryForm() async throws {
        defer { place.leave() }
        let key = try place.add(MasterKey(realm: realm, alias: "team/orders", now: Date()))
        let forms = [key.id, key.id.uppercased(), key.arn, "alias/team/orders", "arn:aws:kms:us-east-1:123456789012:alias/team/orders"]
        for form in forms {
            #expect(try await place.keys.issue(under: form, in: realm, context: context).key == key.id, "\(form)")
        }
        let none = [
            "", "alias/", "alias/other", "alias/aws/elasticache", "team/orders", "arn:aws:kms:eu-west-1:123456789012:key/\(key.id)",
            "arn:aws:kms:us-east-1:999999999999:key/\(key.id)", "arn:aws:kms:us-east-1:123456789012:\(key.id)",
            "arn:aws:kms:us-east-1:123456789012:key/alias/team/orders", "arn:aws:s3:us-east-1:123456789012:key/\(key.id)", "arn:", "../x",
        ]
        for form in none {
            await #expect(throws: KeyFailure.unknown(form)) { try await place.keys.issue(under: form, in: realm, context: context) }
        }
        await #expect(throws: KeyFailure.self) { try await place.keys.issue(under: key.id, in: other, context: context) }
    }

    @Test func whatWasSealedBeforeARotationIsOpened() async throws {
        defer { place.leave() }
        let key = try place.add(MasterKey(realm: realm, now: Date()))
        let before = try await place.keys.issue(under: key.id, in: realm, context: context)
        let opened = try await place.keys.open(before)
        try place.change(key.id) { $0.rotate(now: Date()) }
        let after = try await place.keys.issue(under: key.id, in: realm, context: context)
        #expect([before.version, after.version] == [1, 2])
        #expect(try await place.keys.open(before) == opened)
        _ = try await place.keys.open(after)
    }

    @Test func aDisabledKeyIsNotUsed() async throws {
        defer { place.leave() }
        let key = try place.add(MasterKey(realm: realm, now: Date()))
        let wrapped = try await place.keys.issue(under: key.id, in: realm, context: context)
        try place.change(key.id) { $0.isDisabled = true }
        await #expect(throws: KeyFailure.disabled(key.arn)) { try await place.keys.issue(under: key.id, in: realm, context: context) }
        await #expect(throws: KeyFailure.disabled(key.arn)) { try await place.keys.open(wrapped) }
        try place.change(key.id) { $0.isDisabled = false }
        _ = try await place.keys.open(wrapped)
        try place.file.update { $0 = [] }
        await #expect(throws: KeyFailure.self) { try await place.keys.open(wrapped) }
    }

    @Test func aWrappedKeyIsBoundToAllThatItSays() async throws {
        defer { place.leave() }
        let key = try place.add(MasterKey(realm: realm, now: Date()))
        let second = try place.add(MasterKey(realm: realm, now: Date()))
        try place.change(key.id) { $0.rotate(now: Date()) }
        let good = try await place.keys.issue(under: key.id, in: realm, context: context)
        func changed(
            _ id: String? = nil, _ version: Int? = nil, _ ciphertext: String? = nil, _ context: [String: String]? = nil
        ) -> WrappedKey {
            WrappedKey(
                keeper: .keyring, key: id ?? good.key, version: version ?? good.version, ciphertext: ciphertext ?? good.ciphertext,
                context: context ?? good.context)
        }
        let bad = [
            changed(second.id, 1), changed(nil, 1), changed(nil, 3), changed(nil, nil, ""), changed(nil, nil, "AAAA"),
            changed(nil, nil, nil, [:]), changed(nil, nil, nil, ["elastane:group": "others"]),
            changed(nil, nil, nil, ["elastane:grou": "p=orders"]),
        ]
        for wrapped in bad {
            let failure = await #expect(throws: KeyFailure.self) { try await place.keys.open(wrapped) }
            let version = try #require(try place.file.read().first).version
            #expect(version == 2 && failure.map { !"\($0)".contains(good.ciphertext) } == true)
        }
        _ = try await place.keys.open(changed())
    }

    @Test(arguments: [
        "", "{", #"{"keys": [{}]}"#,
        #"{"keys": [{"id": "x", "aliases": [], "isDisabled": false, "created": "2026-01-01T00:00:00Z", "versions": []}]}"#,
    ])
    func aFileThatCanNotBeReadOpensNothing(text: String) async throws {
        defer { place.leave() }
        try place.file.file.write(Data(text.utf8))
        #expect(throws: SecretFile.Failure.self) { try place.keyring.open(now: Date()) }
        await #expect(throws: KeyFailure.self) { try await place.keys.issue(under: nil, in: realm, context: context) }
        #expect(try place.file.file.read() == Data(text.utf8), "it was written over")
    }

    @Test func aFileThatOthersMayReadOpensNothing() async throws {
        defer { place.leave() }
        try place.keyring.open(now: Date())
        chmod(place.file.file.path, 0o640)
        await #expect(throws: KeyFailure.self) { try await place.keys.issue(under: nil, in: realm, context: context) }
    }

    @Test(arguments: [
        ("https://kms.example.com", true), ("https://kms.example.com:8443/path", true), ("http://127.0.0.1:4566", true),
        ("http://localhost:4566", true), ("http://[::1]:4566", true), ("http://kms.example.com", false),
        ("http://127.evil.example.com", false),
        ("kms.example.com", false), ("ftp://127.0.0.1", false), ("https://", false), ("https://a@b", false), ("https://a?b", false),
    ])
    func dataKeysComeOverNoOpenNetwork(text: String, isGood: Bool) {
        #expect((KMSEndpoint(text) != nil) == isGood)
    }
}
