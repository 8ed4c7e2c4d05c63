/// Reads an ISO 8601 timestamp from the bytes of a text.
struct TimestampScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        self.bytes = Array(text.utf8)
    }

    /// Seconds since 1970; nil unless the whole text is one timestamp.
    mutating func iso8601() -> Double? {
        guard let year = self.number(4), self.skip("-"), let month = self.number(2), self.skip("-"),
            let day = self.number(2), self.skip("T"), let hour = self.number(2), self.skip(":"),
            let minute = self.number(2), self.skip(":"), let second = self.number(2)
        else { return nil }
        let civil = CivilDay(year: year, month: month, day: day)
        // 60 is a leap second, counted as the first of the next minute.
        guard civil.exists, hour < 24, minute < 60, second <= 60, let fraction = self.fraction(),
            let offset = self.offset(), self.position == self.bytes.count
        else { return nil }
        return Double(civil.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset) + fraction
    }

    private mutating func fraction() -> Double? {
        guard self.skip(".") else { return 0 }
        var value = 0.0
        var scale = 1.0
        let start = self.position
        while let digit = self.digit() {
            // Digits beyond these are finer than a Date holds.
            guard self.position - start <= 15 else { continue }
            value = value * 10 + Double(digit)
            scale *= 10
        }
        return self.position > start ? value / scale : nil
    }

    /// Seconds east of UTC; 0 if the text ends here.
    private mutating func offset() -> Int? {
        if self.position == self.bytes.count || self.skip("Z") { return 0 }
        let sign = self.skip("+") ? 1 : self.skip("-") ? -1 : 0
        guard sign != 0, let hours = self.number(2), hours < 24 else { return nil }
        if self.position == self.bytes.count { return sign * hours * 3600 }
        _ = self.skip(":")
        guard let minutes = self.number(2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private mutating func number(_ width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let digit = self.digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private mutating func digit() -> Int? {
        guard self.position < self.bytes.count else { return nil }
        let byte = self.bytes[self.position]
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        self.position += 1
        return Int(byte - UInt8(ascii: "0"))
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard self.position < self.bytes.count, self.bytes[self.position] == UInt8(ascii: character) else { return false }
        self.position += 1
        return true
    }
}
