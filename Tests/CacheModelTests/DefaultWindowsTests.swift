import CacheModel
import Testing

struct DefaultWindowsTests {
    @Test(arguments: ["us-east-1", "eu-west-1", "eu-west-3", "ap-south-1", "ap-northeast-1", "xx-nowhere-9"])
    func chosenApartInTheQuietHours(name: String) throws {
        let quiet = try #require(Region(name)).quietHours
        var days: Set<Int> = []
        for seed in 0..<300 {
            var generator = Seeded(state: UInt64(seed))
            let maintenance = try #require(MaintenanceWindow.random(in: quiet, avoiding: nil, using: &generator))
            let snapshots = try #require(SnapshotWindow.random(in: quiet, avoiding: maintenance, using: &generator))
            #expect(maintenance.duration == 60 && snapshots.duration == 60)
            #expect(!maintenance.overlaps(snapshots))
            #expect(maintenance.start % 30 == 0 && snapshots.start % 30 == 0)
            for start in [maintenance.start % 1440, snapshots.start] {
                let offset = (start - quiet.start + 1440) % 1440
                #expect(offset + 60 <= quiet.duration)
            }
            #expect(MaintenanceWindow(maintenance.description) == maintenance)
            days.insert(maintenance.start / 1440)
        }
        #expect(days.count == 7)
    }

    @Test func sameSeedSameWindow() throws {
        let quiet = try #require(Region("us-east-1")).quietHours
        var (first, second) = (Seeded(state: 7), Seeded(state: 7))
        #expect(
            MaintenanceWindow.random(in: quiet, avoiding: nil, using: &first)
                == MaintenanceWindow.random(in: quiet, avoiding: nil, using: &second)
        )
    }

    @Test(arguments: [
        ("03:00-11:00", true), ("00:00-22:59", true), ("00:00-23:00", true), ("01:01-00:01", true), ("00:00-23:01", false),
        ("00:00-23:59", false),
    ])
    func maintenanceWhenSnapshotsTakeTheNight(snapshots: String, found: Bool) throws {
        let quiet = try #require(Region("us-east-1")).quietHours
        let snapshots = try SnapshotWindow(parsing: snapshots)
        var generator = Seeded(state: 1)
        let window = MaintenanceWindow.random(in: quiet, avoiding: snapshots, using: &generator)
        #expect((window != nil) == found)
        if let window { #expect(!window.overlaps(snapshots)) }
    }

    @Test(arguments: [
        ("mon:03:00-mon:11:00", true), ("sat:18:00-sun:17:00", true), ("sat:18:00-sun:17:01", false), ("mon:00:00-tue:00:00", false),
    ])
    func snapshotsWhenMaintenanceTakesTheNight(maintenance: String, found: Bool) throws {
        let quiet = try #require(Region("us-east-1")).quietHours
        let maintenance = try MaintenanceWindow(parsing: maintenance)
        var generator = Seeded(state: 1)
        let window = SnapshotWindow.random(in: quiet, avoiding: maintenance, using: &generator)
        #expect((window != nil) == found)
        if let window { #expect(!maintenance.overlaps(window)) }
    }
}
