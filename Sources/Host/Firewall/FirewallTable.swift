import CHost
import CacheModel

/// The packet filter's table of one data directory, as text for `nft -f`.
///
/// It is replaced whole, in one transaction of the kernel: there is no moment in which some of it holds. It filters what comes in for
/// addresses of its own and touches nothing else; whatever else the machine filters, it filters too.
///
/// Every packet is judged, and not only a connection's first: a source that may connect no more is cut off at its next packet.
struct FirewallTable {
    let name: String

    /// One per data directory of the machine.
    init(dataDirectory: String) {
        name = "elastane-\(StableHash.digits(of: dataDirectory).suffix(8))"
    }

    /// Where there is a table of that name it goes; where there is none, none is missed.
    var removal: String { "table inet \(name)\ndelete table inet \(name)\n" }

    /// The filter that holds instead of whatever held before.
    func text(_ specs: [FirewallSpec]) -> String {
        let doors = specs.sorted { $0.name < $1.name }.flatMap { spec in spec.doors.map { (spec: spec.name, door: $0) } }
        var chains = ""
        var maps: [Family: [String]] = [:]
        for (number, entry) in doors.enumerated() {
            for listen in entry.door.listens {
                maps[Family(of: listen.address), default: []].append("\(listen.address) . \(listen.port) : goto door-\(number)")
            }
            chains += chain(number, entry.spec, entry.door)
        }
        let families = Family.allCases.filter { maps[$0] != nil }
        return removal + "table inet \(name) {\n" + families.map { map($0, maps[$0] ?? []) }.joined() + chains + incoming(families) + "}\n"
    }

    private enum Family: String, CaseIterable {
        case ip
        case ip6

        init(of address: String) { self = address.contains(":") ? .ip6 : .ip }

        var addressType: String { self == .ip ? "ipv4_addr" : "ipv6_addr" }
        var map: String { "guarded_\(rawValue)" }
    }

    private func map(_ family: Family, _ elements: [String]) -> String {
        "    map \(family.map) {\n        type \(family.addressType) . inet_service : verdict\n"
            + "        elements = {\n            \(elements.joined(separator: ",\n            "))\n        }\n    }\n"
    }

    private func chain(_ number: Int, _ owner: String, _ door: FirewallSpec.Door) -> String {
        var lines = "    # \(owner)\n    chain door-\(number) {\n"
        for family in Family.allCases {
            let sources = door.sources.filter { Family(of: $0) == family }
            if sources.contains(where: { $0.hasSuffix("/0") }) {
                lines += "        meta nfproto \(family == .ip ? "ipv4" : "ipv6") accept\n"
            } else if !sources.isEmpty {
                lines += "        \(family.rawValue) saddr { \(sources.joined(separator: ", ")) } accept\n"
            }
        }
        return lines + "        reject with tcp reset\n    }\n"
    }

    /// Elastane's own connections bear a mark. A reset ends a connection and carries nothing: without it the one end would wait for the
    /// other, which has been told that it is over.
    private func incoming(_ families: [Family]) -> String {
        let mark = "0x" + String(UInt32(bitPattern: CHOST_TRAFFIC_MARK), radix: 16)
        let lookups = families.map { "        \($0.rawValue) daddr . tcp dport vmap @\($0.map)\n" }.joined()
        return "    chain incoming {\n        type filter hook input priority filter; policy accept;\n        meta mark \(mark) accept\n"
            + "        tcp flags & rst == rst accept\n\(lookups)    }\n"
    }
}
