package import CacheModel
import Yams

/// The file in which an operator names the networks that caches may be in: `docs/network.md` describes it.
package struct NetworkFile: Sendable {
    package let layout: NetworkLayout
    /// Where each subnet and VPC stands, by its id.
    private let lines: [String: Int]

    /// Throws everything that is wrong with the file, and not only the first mistake.
    package init(parsing text: String) throws(NetworkFileError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw NetworkFileError(YAMLMistake.problem(error))
        }
        var problems = Problems()
        var reading = Reading()
        if let entry = Entry(root, "the file", keys: ["vpcs", "outposts"], &problems) {
            for item in entry.list("outposts", &problems) { reading.readOutpost(item, &problems) }
            let vpcs = entry.list("vpcs", &problems)
            if vpcs.isEmpty { problems.add("the file names no VPC under vpcs", at: entry.line) }
            for item in vpcs { reading.readVPC(item, &problems) }
        }
        guard problems.all.isEmpty else { throw NetworkFileError(problems.all) }
        layout = NetworkLayout(vpcs: reading.vpcs, outposts: reading.outposts)
        lines = reading.ids.mapValues(\.line)
    }

    /// The line on which what has this id begins.
    package func line(of id: String) -> Int? { lines[id] }
}

/// What was read so far, and which names are taken.
struct Reading {
    var vpcs: [VPC] = []
    var outposts: [Outpost] = []
    /// What has an id, and on which line it stands.
    private(set) var ids: [String: (what: String, line: Int)] = [:]
    private var ranges = RangeBook()

    /// An id that nothing else in the file has; nil, with the mistake noted, otherwise.
    mutating func claim(_ prefix: String, _ what: String, _ entry: Entry, _ problems: inout Problems) -> String? {
        guard let id = entry.text("id", &problems) else { return nil }
        guard id.hasPrefix(prefix), id.utf8.count > prefix.utf8.count, id.utf8.allSatisfy(Self.isPlain) else {
            problems.add("the id of \(what) must be \(prefix) and lower-case letters, digits or hyphens: \(id)", at: entry.line(of: "id"))
            return nil
        }
        return claim(id, what, entry.line(of: "id"), &problems) ? id : nil
    }

    /// Whether nothing else has the name.
    mutating func claim(_ name: String, _ what: String, _ line: Int, _ problems: inout Problems) -> Bool {
        if let known = ids[name] {
            problems.add("\(name) is named twice: it is \(known.what) on line \(known.line) already", at: line)
            return false
        }
        ids[name] = (what, line)
        return true
    }

    /// The addresses that `ipv4` and `ipv6` name. Ranges of one file never overlap: all of them are on this machine.
    mutating func ranges(of entry: Entry, _ owner: String, _ problems: inout Problems) -> AddressRanges {
        var found = AddressRanges()
        if let text = entry.optional("ipv4", &problems) {
            found.ipv4 = ranges.addIPv4(text, owner, entry.line(of: "ipv4"), &problems).map(AddressRanges.IPv4.range)
        }
        if let text = entry.optional("ipv6", &problems) {
            found.ipv6 = ranges.addIPv6(text, owner, entry.line(of: "ipv6"), &problems)
        }
        return found
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
