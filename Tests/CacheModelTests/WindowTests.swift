import CacheModel
import Foundation
import Testing

struct WindowTests {
    @Test(arguments: [
        ("sun:23:00-mon:02:00", "sun:23:00-mon:02:00", 180), ("SUN:05:00-Sun:06:00", "sun:05:00-sun:06:00", 60),
        ("sat:23:30-sun:00:30", "sat:23:30-sun:00:30", 60), ("mon:00:00-tue:00:00", "mon:00:00-tue:00:00", 1440),
        ("sat:12:00-sun:12:00", "sat:12:00-sun:12:00", 1440),
    ])
    func maintenance(text: String, expected: String, minutes: Int) throws {
        let window = try MaintenanceWindow(parsing: text)
        #expect(window.description == expected)
        #expect(window.duration == minutes)
        #expect(MaintenanceWindow(expected) == window)
    }

    @Test(arguments: [
        "", "-", "sun", "sun:05:00", "sun:05:00-", "-sun:05:00", "sun:5:00-sun:06:00", "sun:05:00-sun:24:00", "sun:05:60-sun:07:00",
        "sunday:05:00-sunday:06:00", "xyz:05:00-sun:06:00", "sun:05:00-sun:06:00-sun:07:00", "sun:05:00 - sun:06:00",
        " sun:05:00-sun:06:00",
        "05:00-06:00", "sun:0500-sun:0600", "sun:05:00-sun:06:00\n", "sun:-5:00-sun:06:00", "sun:٠٥:00-sun:06:00",
        "sun:05:00:00-sun:06:00:00",
    ])
    func malformedMaintenance(text: String) {
        #expect(throws: WindowFailure.malformed) { try MaintenanceWindow(parsing: text) }
    }

    @Test(arguments: [
        ("sun:05:00-sun:05:00", WindowFailure.tooShort), ("sun:05:00-sun:05:59", .tooShort), ("sat:23:59-sun:00:00", .tooShort),
        ("sun:05:00-mon:05:01", .tooLong), ("sun:05:00-sun:04:59", .tooLong), ("mon:00:00-fri:00:00", .tooLong),
    ])
    func maintenanceLength(text: String, failure: WindowFailure) {
        #expect(throws: failure) { try MaintenanceWindow(parsing: text) }
    }

    @Test(arguments: [("05:30-06:30", 60), ("23:30-00:30", 60), ("00:00-23:59", 1439), ("12:00-11:59", 1439), ("22:00-06:00", 480)])
    func snapshot(text: String, minutes: Int) throws {
        let window = try SnapshotWindow(parsing: text)
        #expect(window.description == text)
        #expect(window.duration == minutes)
    }

    @Test(arguments: [
        "", "05:30", "5:30-6:30", "05:30-24:30", "05:30-06:60", "sun:05:30-sun:06:30", "05:30-06:30 ", "05:30-06:30-07:30", "0530-0630",
    ])
    func malformedSnapshot(text: String) {
        #expect(throws: WindowFailure.malformed) { try SnapshotWindow(parsing: text) }
    }

    @Test(arguments: ["05:30-05:30", "05:30-06:29", "23:59-00:00", "00:00-00:59"])
    func shortSnapshot(text: String) {
        #expect(throws: WindowFailure.tooShort) { try SnapshotWindow(parsing: text) }
    }

    @Test(arguments: [
        ("wed:05:00-wed:06:00", "05:30-06:30", true), ("wed:05:00-wed:06:00", "06:00-07:00", false),
        ("wed:05:00-wed:06:00", "04:00-05:00", false), ("wed:05:00-wed:06:00", "04:00-05:01", true),
        ("wed:05:00-wed:06:00", "00:00-23:59", true), ("wed:05:00-wed:06:00", "06:00-05:59", true),
        ("sat:23:30-sun:00:30", "00:00-01:00", true), ("sat:23:30-sun:00:30", "22:30-23:30", false),
        ("sat:23:30-sun:00:30", "00:30-01:30", false), ("sun:00:00-sun:01:00", "23:30-00:30", true),
        ("tue:12:00-wed:12:00", "12:00-13:00", true), ("tue:12:00-wed:11:00", "11:00-12:00", false),
    ])
    func overlap(maintenance: String, snapshot: String, expected: Bool) throws {
        let maintenance = try MaintenanceWindow(parsing: maintenance)
        #expect(maintenance.overlaps(try SnapshotWindow(parsing: snapshot)) == expected)
    }

    @Test(arguments: [
        ("mon:03:00-mon:04:00", "2026-11-23T03:00:00Z", true), ("mon:03:00-mon:04:00", "2026-11-23T03:59:59Z", true),
        ("mon:03:00-mon:04:00", "2026-11-23T04:00:00Z", false), ("mon:03:00-mon:04:00", "2026-11-23T02:59:59Z", false),
        ("mon:03:00-mon:04:00", "2026-11-24T03:30:00Z", false), ("sat:23:30-sun:00:30", "2026-11-28T23:45:00Z", true),
        ("sat:23:30-sun:00:30", "2026-11-29T00:15:00Z", true), ("sat:23:30-sun:00:30", "2026-11-29T23:45:00Z", false),
        ("thu:00:00-thu:01:00", "1970-01-01T00:00:00Z", true), ("wed:23:00-thu:00:00", "1969-12-31T23:59:59Z", true),
        ("wed:23:00-thu:00:00", "1970-01-01T00:00:00Z", false),
    ])
    func contains(text: String, moment: String, expected: Bool) throws {
        let date = try Date(moment, strategy: .iso8601)
        #expect(try MaintenanceWindow(parsing: text).contains(date) == expected)
    }
}
