import AWSProtocol
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("2017-03-30T07:03:49Z", 1_490_857_429),
            ("2017-03-30T07:03:49.5Z", 1_490_857_429.5),
            ("2017-03-30T07:03:49.000000000000000000001Z", 1_490_857_429),
            ("2017-03-30T07:03:49", 1_490_857_429),
            ("2017-03-30T09:03:49+02:00", 1_490_857_429),
            ("2017-03-30T00:03:49-0700", 1_490_857_429),
            ("2017-03-30T12:33:49+05:30", 1_490_857_429),
            ("2017-03-30T09:03:49+02", 1_490_857_429),
            ("1490857429", 1_490_857_429),
            ("1490857429.25", 1_490_857_429.25),
            ("-1", -1),
            ("1969-12-31T23:59:59Z", -1),
            ("2016-12-31T23:59:60Z", 1_483_228_800),
            ("2000-02-29T00:00:00Z", 951_782_400),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Double)])
    func reads(text: String, seconds: Double) {
        #expect(Timestamp.parse(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "yesterday", "2017-03-30", "2017-03-30 07:03:49Z", "2017-03-30T07:03Z", "2017-13-30T07:03:49Z",
        "2017-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2017-04-31T00:00:00Z", "2017-00-01T00:00:00Z",
        "2017-01-00T00:00:00Z", "2017-03-30T24:03:49Z", "2017-03-30T07:60:49Z", "2017-03-30T07:03:61Z",
        "2017-03-30T07:03:49.Z", "2017-03-30T07:03:49Zx", "2017-03-30T07:03:49+", "2017-03-30T07:03:49+2",
        "2017-03-30T07:03:49+24:00", "2017-03-30T07:03:49+02:60", "0000-01-01T00:00:00Z", "1e10", "nan", "inf", "1.2.3",
        "99999999999999999999", "-99999999999999999999", "0001-01-01T00:00:00+01:00",
    ])
    func refuses(text: String) {
        #expect(Timestamp.parse(text) == nil)
    }

    @Test(
        arguments: [
            (1_684_779_738.202, "2023-05-22T18:22:18.202Z"),
            (0, "1970-01-01T00:00:00.000Z"),
            (-0.001, "1969-12-31T23:59:59.999Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199.9996, "2024-03-01T00:00:00.000Z"),
            (-1e300, "0001-01-01T00:00:00.000Z"),
            (1e300, "9999-12-31T23:59:59.000Z"),
            (.infinity, "9999-12-31T23:59:59.000Z"),
            (.nan, "1970-01-01T00:00:00.000Z"),
        ] as [(Double, String)])
    func writes(seconds: Double, text: String) {
        #expect(Timestamp.format(Date(timeIntervalSince1970: seconds)) == text)
    }

    @Test func everyDayReadsAsItIsWritten() throws {
        // A step that is prime to the days of a week, a year and an era.
        for day in stride(from: -719_162, to: 2_932_896, by: 97) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + 12_345.678)
            let text = Timestamp.format(date)
            let read = try #require(Timestamp.parse(text))
            #expect(abs(read.timeIntervalSince(date)) < 0.001, "\(text)")
        }
    }

    @Test func agreesWithFoundation() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for second in stride(from: -5_000_000_000.0, to: 50_000_000_000, by: 123_456_789) {
            let date = Date(timeIntervalSince1970: second)
            #expect(Timestamp.format(date) == date.formatted(style))
        }
    }
}
