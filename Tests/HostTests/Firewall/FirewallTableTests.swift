import CacheModel
import Testing

@testable import Host

@Suite struct FirewallTableTests {
    private static let table = FirewallTable(dataDirectory: "/srv/elastane")

    private static func listens(_ addresses: String..., port: Int = 6379) -> [ProcessSpec.Listen] {
        addresses.map { ProcessSpec.Listen(address: $0, port: port) }
    }

    @Test func theNameIsTheDirectorys() {
        #expect(Self.table.name == FirewallTable(dataDirectory: "/srv/elastane").name)
        #expect(Self.table.name != FirewallTable(dataDirectory: "/srv/other").name)
        #expect(Self.table.name.hasPrefix("elastane-") && Self.table.name.count == 17)
    }

    @Test func doorsOfTwoGroups() {
        let name = Self.table.name
        let text = Self.table.text([
            FirewallSpec(
                name: "b-2",
                doors: [
                    .init(listens: Self.listens("127.64.0.2"), sources: ["127.64.0.2/32"]),
                    .init(listens: Self.listens("127.64.0.2", port: 16_379), sources: []),
                ]),
            FirewallSpec(
                name: "a-1", doors: [.init(listens: Self.listens("127.64.0.1", "127.64.0.9"), sources: ["10.0.0.0/8", "127.0.0.1/32"])]),
        ])
        #expect(
            text == """
                table inet \(name)
                delete table inet \(name)
                table inet \(name) {
                    map guarded_ip {
                        type ipv4_addr . inet_service : verdict
                        elements = {
                            127.64.0.1 . 6379 : goto door-0,
                            127.64.0.9 . 6379 : goto door-0,
                            127.64.0.2 . 6379 : goto door-1,
                            127.64.0.2 . 16379 : goto door-2
                        }
                    }
                    # a-1
                    chain door-0 {
                        ip saddr { 10.0.0.0/8, 127.0.0.1/32 } accept
                        reject with tcp reset
                    }
                    # b-2
                    chain door-1 {
                        ip saddr { 127.64.0.2/32 } accept
                        reject with tcp reset
                    }
                    # b-2
                    chain door-2 {
                        reject with tcp reset
                    }
                    chain incoming {
                        type filter hook input priority filter; policy accept;
                        meta mark 0x656c6173 accept
                        tcp flags & rst == rst accept
                        ip daddr . tcp dport vmap @guarded_ip
                    }
                }

                """)
    }

    @Test func bothFamilies() {
        let text = Self.table.text([
            FirewallSpec(
                name: "g-1",
                doors: [.init(listens: Self.listens("127.64.0.1", "fd00::1"), sources: ["0.0.0.0/0", "fd00::/64", "fd01::/64"])])
        ])
        #expect(text.contains("fd00::1 . 6379 : goto door-0") && text.contains("type ipv6_addr . inet_service : verdict"))
        #expect(text.contains("meta nfproto ipv4 accept\n        ip6 saddr { fd00::/64, fd01::/64 } accept"))
        #expect(text.contains("ip daddr . tcp dport vmap @guarded_ip\n        ip6 daddr . tcp dport vmap @guarded_ip6"))
    }

    @Test func nothingIsNothing() {
        #expect(Self.table.text([]).contains("chain incoming"))
        #expect(Self.table.removal == "table inet \(Self.table.name)\ndelete table inet \(Self.table.name)\n")
    }
}
