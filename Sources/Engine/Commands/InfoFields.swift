/// The `name:value` lines of `INFO` and `CLUSTER INFO`.
///
/// Every decision about a group begins with some hundred such lines of each of its engines: they are taken apart as bytes, since texts
/// compare and hash by what is written and not by how.
struct InfoFields {
    private struct Line {
        let name: Range<Int>
        let value: Range<Int>
    }

    private let bytes: [UInt8]
    /// By the hash of the name.
    private var lines: [UInt64: Line] = [:]

    init(_ text: String) {
        bytes = Array(text.utf8)
        lines.reserveCapacity(256)
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            add(start..<end)
            start = end + 1
        }
    }

    private mutating func add(_ line: Range<Int>) {
        guard let colon = bytes[line].firstIndex(of: UInt8(ascii: ":")), bytes[line.lowerBound] != UInt8(ascii: "#") else { return }
        let isTerminated = bytes[line.upperBound - 1] == UInt8(ascii: "\r")
        let name = line.lowerBound..<colon
        lines[Self.hash(bytes[name])] = Line(name: name, value: colon + 1..<line.upperBound - (isTerminated ? 1 : 0))
    }

    func text(_ name: String) -> String? { value(name).map { String(decoding: $0, as: UTF8.self) } }
    func integer(_ name: String) -> Int64? { text(name).flatMap { Int64($0) } }
    func int(_ name: String) -> Int? { text(name).flatMap { Int($0) } }
    /// `1` is yes; anything else, and nothing, is no.
    func flag(_ name: String) -> Bool { value(name)?.elementsEqual("1".utf8) ?? false }

    /// `slave0`, `slave1` … as far as they go.
    func numbered(_ prefix: String) -> [Substring] {
        var rows: [Substring] = []
        while let row = text("\(prefix)\(rows.count)") { rows.append(row[...]) }
        return rows
    }

    private func value(_ name: String) -> ArraySlice<UInt8>? {
        guard let line = lines[Self.hash(name.utf8)], bytes[line.name].elementsEqual(name.utf8) else { return nil }
        return bytes[line.value]
    }

    /// FNV-1a.
    private static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
