import CacheModel
import Testing

struct NetworkTests {
    @Test(arguments: [("0.0.0.0", UInt32(0)), ("127.0.0.1", 0x7f00_0001), ("255.255.255.255", UInt32.max), ("10.1.2.3", 0x0a01_0203)])
    func address(text: String, value: UInt32) throws {
        let address = try #require(IPv4Address(text))
        #expect(address.value == value)
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", ".", "1.2.3", "1.2.3.4.5", "1.2.3.", ".1.2.3", "256.0.0.1", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1.2.3.4 ", " 1.2.3.4",
        "1.2.3.-4",
        "+1.2.3.4", "a.b.c.d", "1.2.3.4/8", "0x7f.0.0.1", "2130706433", "::1", "١.2.3.4", "1..3.4", "0000.0.0.0",
    ])
    func badAddress(text: String) {
        #expect(IPv4Address(text) == nil)
    }

    @Test(arguments: [
        ("127.64.0.0/12", "127.64.0.0", "127.79.255.255", 1 << 20), ("0.0.0.0/0", "0.0.0.0", "255.255.255.255", 1 << 32),
        ("10.0.0.1/32", "10.0.0.1", "10.0.0.1", 1), ("192.168.1.0/24", "192.168.1.0", "192.168.1.255", 256),
    ])
    func network(text: String, first: String, last: String, size: Int) throws {
        let network = try IPv4Network(parsing: text)
        #expect(network.description == text)
        #expect(network.first.description == first)
        #expect(network.last.description == last)
        #expect(network.size == size)
        #expect(network.contains(network.first) && network.contains(network.last))
        if size < 1 << 32 { #expect(!network.contains(try #require(IPv4Address("8.8.8.8")))) }
    }

    @Test(arguments: [
        "", "/", "127.0.0.0", "127.0.0.0/", "/8", "127.0.0.0/33", "127.0.0.0/-1", "127.0.0.0/8/8", "127.0.0.0/ 8", "127.0/8",
        "127.0.0.0/+8",
        "localhost/8", "127.0.0.0/255.0.0.0",
    ])
    func badNetwork(text: String) {
        #expect(throws: IPv4Network.Failure.malformed) { try IPv4Network(parsing: text) }
    }

    @Test func hostBits() throws {
        let meant = try IPv4Network(parsing: "127.64.0.0/12")
        #expect(throws: IPv4Network.Failure.notTheFirstAddress(meant)) { try IPv4Network(parsing: "127.64.0.1/12") }
    }

    @Test(arguments: [
        ("127.0.0.0/8", true), ("127.64.0.0/12", true), ("10.0.0.0/8", false), ("0.0.0.0/0", false), ("126.0.0.0/7", false),
        ("128.0.0.0/8", false),
    ])
    func loopback(text: String, expected: Bool) throws {
        #expect(try IPv4Network(parsing: text).isLoopback == expected)
    }

    @Test func parts() throws {
        let network = try IPv4Network(parsing: "0.0.0.0/0")
        #expect(network.part(255, bits: 8)?.description == "255.0.0.0/8")
        #expect(network.part(256, bits: 8) == nil)
        #expect(network.part(-1, bits: 8) == nil)
        #expect(network.part(0, bits: 33) == nil)
        #expect(network.part(0, bits: 0) == network)
    }
}
