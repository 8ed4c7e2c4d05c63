#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The timestamps of the query protocol, read and written without a calendar or a locale.
package enum Timestamp {
    /// Seconds since 1970 of 0001-01-01T00:00:00Z and of 10000-01-01T00:00:00Z: four digits write every year between.
    static let representable = -62_135_596_800.0..<253_402_300_800.0

    /// Reads `2017-03-30T07:03:49Z`, with a fraction, with an offset such as `+02:00` or `-0700`, or without one (UTC);
    /// or seconds since 1970, with a fraction. Nil for anything else.
    package static func parse(_ text: String) -> Date? {
        var scanner = TimestampScanner(text)
        guard let seconds = scanner.iso8601() ?? Self.epochSeconds(text), Self.representable.contains(seconds) else {
            return nil
        }
        return Date(timeIntervalSince1970: seconds)
    }

    private static func epochSeconds(_ text: String) -> Double? {
        let isDecimal = text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
        return isDecimal ? Double(text) : nil
    }

    /// Appends `2023-05-22T18:22:18.202Z`: UTC, milliseconds always. Dates beyond the years 1 to 9999 become the nearest one.
    static func append(_ date: Date, to bytes: inout [UInt8]) {
        let first = Self.representable.lowerBound
        let last = Self.representable.upperBound - 1
        let exact = date.timeIntervalSince1970
        let seconds = exact.isNaN ? 0 : min(max(exact, first), last)
        let milliseconds = Int((seconds * 1000).rounded())
        let day = Self.floorDivide(milliseconds, 86_400_000)
        let inDay = milliseconds - day * 86_400_000
        let civil = CivilDay(daysSince1970: day)
        Self.append(civil.year, width: 4, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(civil.month, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Self.append(civil.day, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        Self.append(inDay / 3_600_000, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(inDay / 60_000 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Self.append(inDay / 1000 % 60, width: 2, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Self.append(inDay % 1000, width: 3, to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// The text of a timestamp in results: `2023-05-22T18:22:18.202Z`.
    package static func format(_ date: Date) -> String {
        var bytes: [UInt8] = []
        Self.append(date, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func append(_ number: Int, width: Int, to bytes: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    static func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
        let quotient = dividend / divisor
        return dividend % divisor < 0 ? quotient - 1 : quotient
    }
}
