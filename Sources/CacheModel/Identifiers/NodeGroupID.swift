/// Names of node groups (shards): one to four digits from a caller, always four in a record.
package enum NodeGroupID {
    package static func numbered(_ number: Int) -> String { padded(number, to: 4) }

    /// The four-digit form; nil for anything but one to four ASCII digits.
    package static func canonical(_ text: String) -> String? {
        decimal(text, digits: 1...4).map(numbered)
    }

    /// The names of as many new node groups, lowest free numbers first: removed ones leave holes, which new ones fill.
    package static func free(_ count: Int, notIn taken: some Sequence<String>) -> [String] {
        let taken = Set(taken)
        var ids: [String] = []
        var number = 1
        while ids.count < count {
            let id = numbered(number)
            if !taken.contains(id) { ids.append(id) }
            number += 1
        }
        return ids
    }
}
