/// A region: what its name says about partitions, host names, zones and windows.
///
/// Any well-formed name is a region, so that new ones need no new release; the known ones have the real service's particulars.
package struct Region: CodableAsText, Sendable, Hashable {
    /// Lower case: `us-east-1`.
    package let name: String

    /// Nil unless the name has the form `us-east-1`: a partition's two letters, one to three words, a number of one or two digits.
    package init?(_ description: String) {
        let parts = description.split(separator: "-", omittingEmptySubsequences: false)
        guard (3...5).contains(parts.count), parts[0].utf8.count == 2, description.utf8.count <= 32,
            parts.dropLast().allSatisfy(Self.isWord), let number = decimal(parts[parts.count - 1], digits: 1...2), number > 0
        else { return nil }
        name = description
    }

    private static func isWord(_ part: Substring) -> Bool {
        !part.isEmpty && part.utf8.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    }

    package var description: String { name }

    package static let partitions = ["aws", "aws-cn", "aws-us-gov"]

    package var partition: String {
        if name.hasPrefix("cn-") { return "aws-cn" }
        if name.hasPrefix("us-gov-") { return "aws-us-gov" }
        return "aws"
    }

    /// What host names end in, without a dot before it.
    package var dnsSuffix: String { partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com" }

    /// Names of the zones, in order: `us-east-1a`.
    package var zones: [String] { zoneLetters.map { "\(name)\($0)" } }

    /// The zone's letter as a number (`a` is 0, at most 6), the same for ever; nil for a zone that the region doesn't have.
    package func zoneIndex(_ zone: String) -> Int? {
        guard zones.contains(zone), let letter = zone.utf8.last else { return nil }
        return Int(letter) - Int(UInt8(ascii: "a"))
    }
}
