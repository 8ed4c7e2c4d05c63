// What is known of the regions one by one.

extension Region {
    /// The region in host names: `use1`, `apne1`.
    package var shortCode: String {
        switch name {
        // Not what the names' own rule gives, but what the service's host names have.
        case "ap-northeast-2": "apn2"
        case "us-gov-west-1": "ugw1"
        case "us-gov-east-1": "uge1"
        case "cn-northwest-1": "cnw1"
        default: derivedShortCode
        }
    }

    /// The partition's letters, the point of the compass, the number.
    private var derivedShortCode: String {
        let parts = name.split(separator: "-")
        let words = parts.dropFirst().dropLast().map { word -> String in
            switch word {
            case "northeast": "ne"
            case "northwest": "nw"
            case "southeast": "se"
            case "southwest": "sw"
            default: String(word.prefix(1))
            }
        }
        return (parts.prefix(1).map(String.init) + words + parts.suffix(1).map(String.init)).joined()
    }

    /// The letters of the zones that exist: some regions have holes.
    var zoneLetters: String {
        switch name {
        case "us-east-1": "abcdef"
        case "us-west-2", "ap-northeast-2": "abcd"
        case "ap-northeast-1": "acd"
        case "ca-central-1", "cn-north-1": "abd"
        default: "abc"
        }
    }

    /// The part of every day (UTC) from which default windows are taken: the region's night.
    package var quietHours: QuietHours {
        switch name {
        case "ap-northeast-1", "ap-east-1", "af-south-1", "me-south-1", "me-central-1": QuietHours(from: 13, 00)
        case "ap-northeast-2", "ap-northeast-3", "ap-southeast-2": QuietHours(from: 12, 00)
        case "ap-southeast-1", "ap-southeast-3", "cn-north-1", "cn-northwest-1": QuietHours(from: 14, 00)
        case "ap-south-1": QuietHours(from: 17, 30)
        case "eu-west-1": QuietHours(from: 22, 00)
        case "eu-west-2", "eu-central-1": QuietHours(from: 23, 00)
        case "eu-west-3": QuietHours(from: 23, 59, minutes: 450)
        case "eu-south-1": QuietHours(from: 21, 00)
        case "sa-east-1": QuietHours(from: 01, 00)
        case "us-east-2": QuietHours(from: 04, 00)
        case "us-west-1", "us-west-2", "us-gov-west-1": QuietHours(from: 06, 00)
        default: QuietHours(from: 03, 00)
        }
    }
}

/// A stretch of every day, in minutes from 00:00 UTC; it may go on into the next day.
package struct QuietHours: Sendable, Equatable {
    package let start: Int
    package let duration: Int

    /// Eight hours where nothing else is said.
    init(from hour: Int, _ minute: Int, minutes: Int = 480) {
        start = hour * 60 + minute
        duration = minutes
    }
}
