import Foundation
import Logging
import Testing

@testable import Access

/// A directory with a file of keys, and all that is said of it.
private struct Place {
    let file: CredentialsFile
    let kept: KeptKeys
    let said = Said()

    /// The directory is removed afterwards.
    static func with<T>(_ body: (Place) throws -> T) throws -> T {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("access-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        return try body(
            Place(
                file: CredentialsFile(path: directory.appendingPathComponent("credentials.json").path),
                kept: KeptKeys(dataDirectory: directory.path)))
    }

    /// As an editor does, in place.
    func write(_ text: String, mode: Int = 0o600) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }

    func ring(isRequired: Bool = false, kept: KeptKeys? = nil) throws -> KeyRing {
        try KeyRing(file: file, kept: kept ?? self.kept, isRequired: isRequired, logger: Logger(label: "test") { [said] _ in said })
    }
}

/// Keeps what is logged.
private struct Said: LogHandler {
    final class Lines: @unchecked Sendable {
        private let lock = NSLock()
        private var lines: [String] = []

        func add(_ line: String) { lock.withLock { lines.append(line) } }
        var all: [String] { lock.withLock { lines } }
    }

    let lines = Lines()
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.add("\(event.level) \(event.message) \(event.metadata ?? [:])") }
}

private func key(_ id: String = "AKIDEXAMPLE", disabled: Bool = false, secret: String = "a-secret-of-some-length") -> AccessKey {
    AccessKey(
        id: id, secret: secret, account: "000000000000", user: "u", isDisabled: disabled,
        created: Date(timeIntervalSince1970: 1_795_402_800))
}

@Suite struct CredentialsFileTests {
    @Test func isReadAsItWasWrittenAndOnlyByItsOwner() throws {
        try Place.with { place in
            try place.file.write([key(), key("OTHER", disabled: true)])
            #expect(try place.file.read() == [key(), key("OTHER", disabled: true)])
            let mode = try FileManager.default.attributesOfItem(atPath: place.file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o777])
    func aFileThatOthersMayReadIsRefused(mode: Int) throws {
        try Place.with { place in
            try place.file.write([key()])
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.file.path)
            let failure = #expect(throws: CredentialsFile.Failure.open(place.file.path, mode: UInt16(mode))) { try place.file.read() }
            #expect(failure?.description.contains("chmod 600 \(place.file.path)") == true)
        }
    }

    private static func document(_ key: String) -> String { #"{"keys": [{\#(key)}]}"# }
    private static let whole = #""id": "A", "secret": "a-secret-of-some-length", "account": "000000000000", \#(rest)"#
    private static let rest = #""user": "u", "disabled": false, "created": "2026-11-23T03:00:00Z""#

    /// A complaint says where, and quotes nothing: what stands there may be a secret.
    @Test(arguments: [
        ("", "it is not JSON"), ("{", "it is not JSON"), ("{}", "keys is missing"), (#"{"keys": 7}"#, "keys is of another type"),
        (document(#""id": "A", "secret": "a-secret-of-some-length""#), "keys[0].account is missing"),
        (document(#""id": "A", "account": "a-secret-of-some-length", "secret": 7, \#(rest)"#), "keys[0].secret is of another type"),
        (document(#""id": "A", "secret": "a-secret-of-some-length", "account": "1", \#(rest)"#), "the account of A must have 12 digits"),
        (document(#""id": "A", "secret": "", "account": "000000000000", \#(rest)"#), "the secret of A must have 16 characters"),
        (document(#"\#(whole), "Policy": {"Statement": []}"#), "keys[0] has a field that no key has"),
        (document(#"\#(whole), "a-secret-in-the-wrong-place": 1"#), "keys[0] has a field that no key has"),
        (document(#"\#(whole), "policy": {"Statement": [], "Condition": {}}"#), "keys[0].policy: 'Condition' is not supported"),
        (document(#""id": "A/B", "secret": "a-secret-of-some-length", "account": "000000000000", \#(rest)"#), "the id of a key must"),
    ])
    func whatIsMalformedIsNamedAndNotQuoted(text: String, reason: String) throws {
        try Place.with { place in
            try place.write(text)
            let failure = #expect(throws: CredentialsFile.Failure.self) { try place.file.read() }
            #expect(failure?.description.contains(reason) == true, "\(String(describing: failure))")
            #expect(failure?.description.contains("a-secret") == false)
        }
    }

    @Test func anIdThatIsThereTwiceIsRefused() throws {
        try Place.with { place in
            try place.file.write([key(), key(secret: "another-secret-of-it")])
            #expect(throws: CredentialsFile.Failure.malformed(place.file.path, reason: "a key id is there twice")) {
                try place.file.read()
            }
        }
    }

    /// What is a link to the keys stays one.
    @Test func aLinkIsWrittenThrough() throws {
        try Place.with { place in
            let link = CredentialsFile(path: place.file.path + ".link")
            try place.file.write([key()])
            try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: place.file.path)
            try link.update { $0.append(key("OTHER")) }
            #expect(try place.file.read().count == 2)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == place.file.path)
        }
    }

    @Test func randomKeysDifferAndAreTaken() {
        let keys = (0..<100).map { _ in AccessKey.random(account: "000000000000", user: "u", policy: nil, now: Date()) }
        #expect(Set(keys.map(\.id)).count == 100 && Set(keys.map(\.secret)).count == 100)
        #expect(keys.allSatisfy { $0.id.count == 20 && $0.secret.count == 40 && $0.mistake == nil })
    }
}

@Suite struct KeyRingTests {
    @Test func withoutAFileItIsOpenUnlessOneIsRequired() throws {
        try Place.with { place in
            let ring = try place.ring()
            ring.refresh()
            #expect(!ring.isClosed && ring.key("any") == nil)
            #expect(throws: CredentialsFile.Failure.missing(place.file.path)) { try place.ring(isRequired: true) }
            #expect(place.said.lines.all.isEmpty)
        }
    }

    /// Only what isn't there is no file.
    @Test(arguments: ["a link to nothing", "a link to itself", "beneath a file"])
    func whatCantBeLookedAtIsNotTakenForNone(how: String) throws {
        try Place.with { place in
            var path = place.file.path
            switch how {
            case "a link to nothing": symlink("/nowhere/at/all", path)
            case "a link to itself": symlink(path, path)
            default:
                try place.write("")
                path += "/credentials.json"
            }
            let file = CredentialsFile(path: path)
            #expect(throws: CredentialsFile.Failure.self) {
                try KeyRing(file: file, kept: place.kept, isRequired: false, logger: Logger(label: "test"))
            }
            #expect(throws: CredentialsFile.Failure.self) { try file.existing() }
        }
    }

    @Test func aLinkToNothingThatAppearsLetsNobodyIn() throws {
        try Place.with { place in
            let ring = try place.ring()
            symlink("/nowhere/at/all", place.file.path)
            for _ in 0..<3 { ring.refresh() }
            #expect(ring.isClosed && ring.key("any") == nil)
            #expect(place.said.lines.all.count == 1 && place.said.lines.all[0].contains("a link to a file that is not there"))
        }
    }

    /// Whether they were there at the start or came later.
    @Test(arguments: [true, false])
    func aStartWithoutTheFileThatWasKeptIsRefused(isThereFirst: Bool) throws {
        try Place.with { place in
            if isThereFirst { try place.file.write([key()]) }
            let ring = try place.ring()
            try ring.remember()
            #expect(try place.kept.isRemembered() == isThereFirst)
            try place.file.write([])
            ring.refresh()
            try FileManager.default.removeItem(atPath: place.file.path)
            let lost = CredentialsFile.Failure.lost(place.file.path, kept: place.kept.path)
            #expect(throws: lost) { try place.ring() }
            #expect(lost.description.contains("remove \(place.kept.path)"))
            try FileManager.default.removeItem(atPath: place.kept.path)
            #expect(try !place.ring().isClosed)
        }
    }

    /// Keys count although it can't be remembered that there are some, and that is tried again.
    @Test func whatCantBeRememberedIsTriedAgain() throws {
        try Place.with { place in
            let directory = place.file.path + ".data"
            let kept = KeptKeys(dataDirectory: directory)
            let ring = try place.ring(kept: kept)
            try place.file.write([key()])
            for _ in 0..<3 { ring.refresh() }
            #expect(ring.key("AKIDEXAMPLE") != nil && place.said.lines.all.count == 1)
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
            ring.refresh()
            #expect(try kept.isRemembered())
            let mode = try FileManager.default.attributesOfItem(atPath: kept.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func aDisabledKeyIsUnknown() throws {
        try Place.with { place in
            try place.file.write([key(), key("OFF", disabled: true)])
            let ring = try place.ring()
            #expect(ring.isClosed && ring.count == 1 && ring.key("AKIDEXAMPLE") == key())
            #expect(ring.key("OFF") == nil && ring.key("NONE") == nil && ring.key("") == nil)
        }
    }

    @Test func whatIsChangedCountsFromTheNextLookOn() throws {
        try Place.with { place in
            try place.file.write([key()])
            let ring = try place.ring()
            try place.file.update { $0[0].isDisabled = true }
            ring.refresh()
            #expect(ring.isClosed && ring.key("AKIDEXAMPLE") == nil)
            try place.file.update { $0[0].isDisabled = false }
            ring.refresh()
            #expect(ring.key("AKIDEXAMPLE") != nil)
            try place.file.write([])
            ring.refresh()
            #expect(ring.isClosed && ring.key("AKIDEXAMPLE") == nil)
        }
    }

    /// The keys read last stay in force, and it is said once.
    @Test(arguments: ["half-written", "readable by others", "gone"])
    func whatCantBeReadChangesNothing(how: String) throws {
        try Place.with { place in
            try place.file.write([key()])
            let ring = try place.ring()
            switch how {
            case "half-written": try place.write(#"{"keys": [{"id": "AKIDEXA"#)
            case "readable by others": try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: place.file.path)
            default: try FileManager.default.removeItem(atPath: place.file.path)
            }
            for _ in 0..<3 { ring.refresh() }
            #expect(ring.isClosed && ring.key("AKIDEXAMPLE") != nil)
            #expect(place.said.lines.all.count == 1 && place.said.lines.all[0].contains("those read last stay in force"))
            try? FileManager.default.removeItem(atPath: place.file.path)
            try place.file.write([key("NEW")])
            ring.refresh()
            #expect(ring.key("NEW") != nil && ring.key("AKIDEXAMPLE") == nil)
        }
    }

    /// Somebody has begun to keep keys: a file that can't be read is not taken for none.
    @Test func aFirstFileThatCantBeReadLetsNobodyIn() throws {
        try Place.with { place in
            let ring = try place.ring()
            try place.write("{")
            ring.refresh()
            #expect(ring.isClosed && ring.key("any") == nil)
        }
    }
}
