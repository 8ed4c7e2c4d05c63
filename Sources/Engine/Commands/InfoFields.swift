/// The `name:value` lines of `INFO` and `CLUSTER INFO`.
struct InfoFields {
    private var values: [Substring: Substring] = [:]

    init(_ text: String) {
        for line in text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            values[line[..<colon]] = line[line.index(after: colon)...]
        }
    }

    func text(_ name: String) -> String? { values[Substring(name)].map(String.init) }
    func integer(_ name: String) -> Int64? { values[Substring(name)].flatMap { Int64($0) } }
    func int(_ name: String) -> Int? { values[Substring(name)].flatMap { Int($0) } }
    /// `1` is yes; anything else, and nothing, is no.
    func flag(_ name: String) -> Bool { values[Substring(name)] == "1" }

    /// `slave0`, `slave1` … as far as they go.
    func numbered(_ prefix: String) -> [Substring] {
        var rows: [Substring] = []
        while let row = values[Substring("\(prefix)\(rows.count)")] {
            rows.append(row)
        }
        return rows
    }
}
