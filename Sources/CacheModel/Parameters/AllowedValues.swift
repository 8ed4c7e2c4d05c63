/// Which values a parameter may have, as the API spells it: `yes,no`, `1-64`, `0,20-`, `-2,-1,1-`, `1.01-` for numbers with decimals, `-` for
/// every integer, and nothing for every text.
struct AllowedValues: Sendable {
    private let items: [Substring]
    private let type: ParameterFamily.Parameter.DataType

    init(_ text: String, of type: ParameterFamily.Parameter.DataType) {
        items = text.split(separator: ",")
        self.type = type
    }

    func contains(_ value: String) -> Bool {
        switch type {
        case .string: items.isEmpty ? value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } : items.contains { $0 == value }
        case .float:
            if let number = Self.decimal(value) {
                items.isEmpty || items.contains { Self.decimalRange($0)?.contains(number) == true }
            } else {
                false
            }
        case .integer:
            if let number = Self.integer(value) {
                items.isEmpty || items.contains { Self.range($0)?.contains(number) == true }
            } else {
                false
            }
        }
    }

    /// As engines take it: no sign but a minus, no zeros before the first digit.
    private static func integer(_ text: some StringProtocol) -> Int64? {
        guard let number = Int64(text), String(number) == text else { return nil }
        return number
    }

    /// Digits, with or without a point and more digits: engines read other forms each in their own way.
    private static func decimal(_ text: some StringProtocol) -> Double? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }) else {
            return nil
        }
        return Double(String(text)).flatMap { $0.isFinite ? $0 : nil }
    }

    private static func decimalRange(_ item: Substring) -> ClosedRange<Double>? {
        if let number = decimal(item) { return number...number }
        guard let hyphen = item.firstIndex(of: "-"), let first = decimal(item[..<hyphen]) else { return nil }
        let end = item[item.index(after: hyphen)...]
        guard let last = end.isEmpty ? Double.greatestFiniteMagnitude : decimal(end), first <= last else { return nil }
        return first...last
    }

    /// A hyphen is a minus where a number begins, and else stands between the ends.
    private static func range(_ item: Substring) -> ClosedRange<Int64>? {
        if item == "-" { return Int64.min...Int64.max }
        if let number = integer(item) { return number...number }
        guard let hyphen = item.dropFirst().firstIndex(of: "-"), let first = integer(item[..<hyphen]) else { return nil }
        let end = item[item.index(after: hyphen)...]
        guard let last = end.isEmpty ? Int64.max : integer(end), first <= last else { return nil }
        return first...last
    }
}
