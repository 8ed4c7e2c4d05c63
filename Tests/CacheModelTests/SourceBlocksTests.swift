import Testing

@testable import CacheModel

@Suite struct SourceBlocksTests {
    @Test(arguments: [
        ([], []),
        (["10.0.0.0/8"], ["10.0.0.0/8"]),
        (["127.0.0.1/32", "10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/16"], ["10.0.0.0/8", "127.0.0.1/32"]),
        (["10.1.0.0/16", "10.0.0.0/16", "10.1.0.0/16"], ["10.0.0.0/16", "10.1.0.0/16"]),
        (["0.0.0.0/0", "10.0.0.0/8"], ["0.0.0.0/0"]),
        (["fd00::/64", "10.0.0.0/8", "fd00::/16", "::1/128"], ["10.0.0.0/8", "::1/128", "fd00::/16"]),
    ])
    func noneWithinAnother(given: [String], expected: [String]) throws {
        var blocks = SourceBlocks()
        for text in given {
            if let network = IPv4Network(text) { blocks.insert(network) } else { blocks.insert(try #require(IPv6Network(text))) }
        }
        #expect(blocks.texts == expected)
    }
}
