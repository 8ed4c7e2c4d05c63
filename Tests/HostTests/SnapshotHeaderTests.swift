import CacheModel
import Foundation
import Testing

@testable import Host

@Suite struct SnapshotHeaderTests {
    private static let id = "0123456789abcdef0123456789abcdef01234567"
    private static let whole: [UInt8] =
        bytes("REDIS0011") + field("redis-ver", text("7.0.15")) + field("redis-bits", [0xC0, 64])
        + field("ctime", [0xC2, 0x00, 0x94, 0x35, 0x77]) + field("repl-id", text(id)) + field("repl-offset", [0xC1, 0x10, 0x27]) + [
            0xFE, 0,
        ]

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }
    private static func field(_ name: String, _ value: [UInt8]) -> [UInt8] { [0xFA] + text(name) + value }
    private static func header(_ fields: [UInt8]) -> [UInt8] { bytes("VALKEY080") + fields + [0xFF] }

    @Test func whatItSays() {
        let expected = SavedSnapshot(time: 2_000_000_000, replicationID: Self.id, offset: 10_000)
        #expect(SnapshotHeader.parse(Self.whole) == expected)
    }

    /// Every way in which an engine may write a number or a text.
    @Test(
        arguments: [
            (field("ctime", [0xC0, 100]), 100, nil, nil),
            (field("ctime", [0xC1, 0xFF, 0x7F]), 32_767, nil, nil),
            (field("ctime", text("3000000000")), 3_000_000_000, nil, nil),
            (field("ctime", [0x40, 3] + bytes("100")), 100, nil, nil),
            (field("ctime", [0x80, 0, 0, 0, 3] + bytes("100")), 100, nil, nil),
            (field("ctime", [0x81, 0, 0, 0, 0, 0, 0, 0, 3] + bytes("100")), 100, nil, nil),
            (field("long", [0xC3, 2, 30, 1, 2]) + field("ctime", [0xC0, 1]), 1, nil, nil),
            (field("ctime", [0xC0, 1]) + field("repl-id", [0xC3, 2, 40, 1, 2]) + field("repl-offset", [0xC0, 5]), 1, nil, nil),
            (field("ctime", [0xC0, 1]) + field("repl-id", text("short")) + field("repl-offset", [0xC0, 5]), 1, nil, nil),
            (field("ctime", [0xC0, 1]) + field("repl-id", text(id)) + field("repl-offset", [0xC0, 0xFF]), 1, id, nil),
            (field("ctime", [0xC0, 1]) + field("repl-id", text(id)) + field("repl-offset", text("99999999999")), 1, id, 99_999_999_999),
        ] as [([UInt8], Int64, String?, Int64?)])
    func encodings(fields: [UInt8], time: Int64, id: String?, offset: Int64?) {
        #expect(SnapshotHeader.parse(Self.header(fields)) == SavedSnapshot(time: time, replicationID: id, offset: offset))
    }

    @Test(
        arguments: [
            [], bytes("REDIS"), bytes("REDIS0011"), bytes("VALKEY080"), bytes("REDIS00x1") + field("ctime", [0xC0, 1]) + [0xFF],
            bytes("RUBIS0011") + field("ctime", [0xC0, 1]) + [0xFF], header([]), header(field("redis-bits", [0xC0, 64])),
            header(field("ctime", text("soon"))), header(field("ctime", [0xC0, 0xFF])),
            header(field("ctime", text("99999999999999999999"))),
            // Lengths that lead out, and encodings that don't exist.
            header([0xFA, 0x81] + [UInt8](repeating: 0xFF, count: 8)), header([0xFA, 0x80, 0x7F, 0xFF, 0xFF, 0xFF]),
            header([0xFA, 0x82, 0, 0, 0, 1]), header([0xFA, 0xC4, 0, 0, 0, 1]), header([0xFA, 0xC3, 0x81, 0xFF]),
            [UInt8](repeating: 0, count: 4096), [UInt8](repeating: 0xFA, count: 4096), [UInt8](repeating: 0xFF, count: 4096),
            bytes("REDIS0011") + [UInt8](repeating: 0xFA, count: 4087),
            bytes("REDIS0011") + [[UInt8]](repeating: field("ctime", [0xC0, 1]), count: 500).flatMap { $0 },
        ] as [[UInt8]])
    func garbageSaysNothing(head: [UInt8]) {
        #expect(SnapshotHeader.parse(head) == nil)
    }

    @Test func aCutHeaderSaysNothing() {
        let fields = Self.whole.dropLast(2).count
        for count in 0...fields {
            #expect(SnapshotHeader.parse(Array(Self.whole.prefix(count))) == nil, "\(count)")
        }
    }

    @Test func noChangeOfAByteDoesHarm() {
        for index in Self.whole.indices {
            for value in UInt8.min...UInt8.max {
                var bytes = Self.whole
                bytes[index] = value
                if let found = SnapshotHeader.parse(bytes) { #expect(found.time >= 0 && found.offset ?? 0 >= 0) }
            }
        }
    }

    @Test func onlyAWholeFileIsBelieved() throws {
        let directory = NSTemporaryDirectory() + "host-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let file = directory + "/dump.rdb"
        #expect(SnapshotHeader.read(file) == nil)
        let bytes = Self.whole + [UInt8](repeating: 7, count: 10_000) + [0xFF] + [UInt8](repeating: 1, count: 8)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        #expect(SnapshotHeader.read(file)?.offset == 10_000)
        for count in [0, 5, 200, 9000, bytes.count - 1] {
            try Data(bytes.prefix(count)).write(to: URL(fileURLWithPath: file))
            #expect(SnapshotHeader.read(file) == nil, "\(count)")
        }
        unlink(file)
        mkfifo(file, 0o600)
        #expect(SnapshotHeader.read(file) == nil, "nobody is waited for")
        unlink(file)
        mkdir(file, 0o700)
        #expect(SnapshotHeader.read(file) == nil)
    }
}
