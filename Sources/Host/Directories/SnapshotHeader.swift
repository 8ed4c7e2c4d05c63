import CacheModel

/// The beginning of a snapshot file (RDB), which says of which moment of which history the rest is.
///
/// A magic of nine bytes with the format's version, then the auxiliary fields: per field 0xFA, its name and its value. Any other byte in
/// the place of 0xFA ends them. https://github.com/valkey-io/valkey/blob/unstable/src/rdb.c
struct SnapshotHeader {
    /// All engines write their fields within the first 200 bytes.
    static let limit = 4096
    /// What a whole file ends in: 0xFF and a checksum of eight bytes.
    static let trailer = 9

    private var rest: ArraySlice<UInt8>

    /// nil where there is no file, or one that is cut or isn't a snapshot. Reads a few bytes at both ends, never the data between them.
    static func read(_ path: String) -> SavedSnapshot? {
        guard let head = PlainFile.bytes(path, limit: limit), let tail = PlainFile.tail(path, limit: trailer),
            tail.count == trailer, tail[0] == 0xFF
        else { return nil }
        return parse(head)
    }

    static func parse(_ head: [UInt8]) -> SavedSnapshot? {
        let digits: Int
        if head.starts(with: Array("REDIS".utf8)) {
            digits = 5
        } else if head.starts(with: Array("VALKEY".utf8)) {
            digits = 6
        } else {
            return nil
        }
        guard head.count > 9, head[digits..<9].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        var header = SnapshotHeader(rest: head[9...])
        return header.fields().flatMap(SavedSnapshot.init)
    }

    /// nil if they go on past the end.
    private mutating func fields() -> [String: String]? {
        var fields: [String: String] = [:]
        while let opcode = rest.popFirst() {
            guard opcode == 0xFA else { return fields }
            guard let name = string(), let value = string() else { return nil }
            fields[name] = value
        }
        return nil
    }

    /// Text, or the text of an integer; empty where it is compressed. nil past the end, or in an encoding that doesn't exist.
    private mutating func string() -> String? {
        guard let first = rest.first else { return nil }
        guard first >> 6 == 3 else { return length().flatMap { take($0) }.map { String(decoding: $0, as: UTF8.self) } }
        rest.removeFirst()
        switch first & 0x3F {
        case 0: return take(1)?.first.map { "\(Int8(bitPattern: $0))" }
        case 1: return take(2).map { "\(Int16(truncatingIfNeeded: Self.number($0.reversed())))" }
        case 2: return take(4).map { "\(Int32(truncatingIfNeeded: Self.number($0.reversed())))" }
        case 3:
            // Only longer texts than any that is looked for are worth compressing.
            guard let compressed = length(), length() != nil, take(compressed) != nil else { return nil }
            return ""
        default: return nil
        }
    }

    private mutating func length() -> UInt64? {
        guard let first = rest.popFirst() else { return nil }
        switch (first >> 6, first) {
        case (0, _): return UInt64(first)
        case (1, _): return take(1)?.first.map { UInt64(first & 0x3F) << 8 | UInt64($0) }
        case (2, 0x80): return take(4).map { Self.number($0) }
        case (2, 0x81): return take(8).map { Self.number($0) }
        default: return nil
        }
    }

    private mutating func take(_ count: UInt64) -> ArraySlice<UInt8>? {
        guard count <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }

    /// At most eight bytes, the highest first.
    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}

extension SavedSnapshot {
    fileprivate init?(fields: [String: String]) {
        guard let time = fields["ctime"].flatMap({ Int64($0) }), time >= 0 else { return nil }
        let id = fields["repl-id"].flatMap {
            $0.utf8.count == 40 && $0.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit } ? $0 : nil
        }
        let offset = fields["repl-offset"].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
        self.init(time: time, replicationID: id, offset: id == nil ? nil : offset)
    }
}
