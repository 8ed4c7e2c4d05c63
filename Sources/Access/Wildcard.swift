/// Texts in which `*` stands for any characters, also none, and `?` for one.
enum Wildcard {
    /// In time proportional to the product of both lengths, whatever the pattern.
    static func matches(_ text: String, pattern: String) -> Bool {
        if pattern == "*" { return true }
        let text = Array(text.utf8)
        let pattern = Array(pattern.utf8)
        var position = 0
        var place = 0
        /// Where to go on after the last star, if what follows it does not match here.
        var star: (place: Int, position: Int)?
        while position < text.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place] == text[position] || pattern[place] == UInt8(ascii: "?") {
                place += 1
                position += 1
            } else if let last = star {
                star = (last.place, last.position + 1)
                place = last.place + 1
                position = last.position + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
