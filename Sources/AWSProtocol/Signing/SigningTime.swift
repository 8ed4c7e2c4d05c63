import Foundation

/// The times of signatures: `20150830T123600Z`.
enum SigningTime {
    /// What `2015-08-30T12:36:00Z` has before the character at a place.
    private static let separators: [Int: UInt8] = [
        4: UInt8(ascii: "-"), 6: UInt8(ascii: "-"), 11: UInt8(ascii: ":"), 13: UInt8(ascii: ":"),
    ]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Nil for any other form, and for a day that the calendar doesn't have.
    static func parse(_ text: String) -> Date? {
        let characters = Array(text.utf8)
        guard characters.count == 16, characters[8] == UInt8(ascii: "T"), characters[15] == UInt8(ascii: "Z") else { return nil }
        var spread: [UInt8] = []
        spread.reserveCapacity(20)
        for (place, character) in characters.enumerated() {
            if let separator = separators[place] { spread.append(separator) }
            spread.append(character)
        }
        return Timestamp.parse(String(decoding: spread, as: UTF8.self))
    }

    /// What a `Date` header stands for, as it is signed: it may have the form of HTTP (`Sun, 30 Aug 2015 12:36:00 GMT`), too.
    static func text(dateHeader: String) -> String {
        let words = dateHeader.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].utf8.count == 2, words[3].utf8.count == 4, words[4].utf8.count == 8,
            let month = months.firstIndex(of: String(words[2]))
        else { return dateHeader }
        return "\(words[3])\(month < 9 ? "0" : "")\(month + 1)\(words[1])T\(words[4].filter { $0 != ":" })Z"
    }

    static func format(_ date: Date) -> String {
        // 2015-08-30T12:36:00.000Z
        String(Timestamp.format(date).prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }
}
