import CacheModel
import Testing

@Suite struct IPv6Tests {
    @Test(arguments: [
        ("::", "::"), ("::1", "::1"), ("0:0:0:0:0:0:0:0", "::"), ("fd00::", "fd00::"), ("FD00:0:0:1::", "fd00:0:0:1::"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"), ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ("1::2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("::ffff:10.1.2.3", "::ffff:a01:203"), ("00ff::0001", "ff::1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
    ])
    func address(text: String, canonical: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.description == canonical)
        #expect(IPv6Address(canonical) == address)
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "::1%lo", "::1/64", ":1::", "1::2:", "+1::",
        "1:2:3:4:5:6:7:8::", "::1.2.3", "::1.2.3.256", "127.0.0.1", "[::1]", " ::1", "1:2:3:4:5:6:7:1.2.3.4", "::１",
    ])
    func badAddress(text: String) {
        #expect(IPv6Address(text) == nil)
    }

    @Test func blocks() throws {
        let network = try IPv6Network(parsing: "fd00:10::/64")
        #expect(network.last.description == "fd00:10::ffff:ffff:ffff:ffff" && network.description == "fd00:10::/64")
        #expect(network.overlaps(try IPv6Network(parsing: "fd00:10::8000:0:0:0/65")))
        #expect(!network.overlaps(try IPv6Network(parsing: "fd00:10:0:1::/64")))
        #expect(network.overlaps(try IPv6Network(parsing: "::/0")))
        #expect(try IPv6Network(parsing: "::1/128").contains(IPv6Address(1)))
        #expect(throws: IPv6Network.Failure.notTheFirstAddress(network)) { try IPv6Network(parsing: "fd00:10::1/64") }
        for text in ["fd00::", "fd00::/129", "fd00::/-1", "fd00::/64/1", "10.0.0.0/8", "/64", "fd00::/"] {
            #expect(throws: IPv6Network.Failure.malformed) { try IPv6Network(parsing: text) }
        }
    }
}
