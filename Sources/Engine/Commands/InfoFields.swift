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
    /// By the hash of the name, which nobody can choose names by: some are in the hands of the engine's users.
    private var lines: [Int: Line] = [:]

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
        lines[bytes[name].withUnsafeBytes(Self.hash)] = Line(name: name, value: colon + 1..<line.upperBound - (isTerminated ? 1 : 0))
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
        var name = name
        let hash = name.withUTF8 { Self.hash(UnsafeRawBufferPointer($0)) }
        guard let line = lines[hash], bytes[line.name].elementsEqual(name.utf8) else { return nil }
        return bytes[line.value]
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        return hasher.finalize()
    }
}
