import NIOCore
import Testing

@testable import Forwarder

@Suite struct MemcachedRepliesTests {
    private func pieces(_ chunks: [[UInt8]]) -> [String] {
        var replies = MemcachedReplies()
        var buffer = ByteBuffer()
        var found: [String] = []
        var passed = ""
        for chunk in chunks {
            buffer.writeBytes(chunk)
            while let piece = replies.next(from: &buffer) {
                switch piece {
                case .pass(let bytes): passed += String(buffer: bytes)
                case .version(let line):
                    if !passed.isEmpty { found.append(passed) }
                    passed = ""
                    found.append("<\(String(buffer: line).split(whereSeparator: \.isNewline)[0])>")
                }
            }
        }
        return passed.isEmpty ? found : found + [passed]
    }

    private static let cases: [(String, [String])] = [
        ("VERSION 1.6.18\r\n", ["<VERSION 1.6.18>"]),
        ("STORED\r\nVERSION 1\r\nEND\r\n", ["STORED\r\n", "<VERSION 1>", "END\r\n"]),
        ("VALUE k 0 11\r\nVERSION 1\r\n\r\nEND\r\nVERSION 2\r\n", ["VALUE k 0 11\r\nVERSION 1\r\n\r\nEND\r\n", "<VERSION 2>"]),
        ("VALUE k 0 9 77\r\nVERSION 1\r\nEND\r\n", ["VALUE k 0 9 77\r\nVERSION 1\r\nEND\r\n"]),
        ("VA 9 t0\r\nVERSION 1\r\nVERSION 2\r\n", ["VA 9 t0\r\nVERSION 1\r\n", "<VERSION 2>"]),
        ("STAT version 1.6.18\r\nEND\r\n", ["STAT version 1.6.18\r\nEND\r\n"]),
        ("VERSION", []),
    ]

    @Test(arguments: cases) func answersToVersionAreFound(_ sent: String, _ pieces: [String]) {
        #expect(self.pieces([Array(sent.utf8)]) == pieces)
        #expect(self.pieces(sent.utf8.map { [$0] }) == pieces)
    }

    @Test func theBinaryProtocolIsPassedAsItIs() {
        var replies = MemcachedReplies()
        var buffer = ByteBuffer(bytes: [0x81] + Array("\r\nVERSION 1\r\n".utf8))
        let all = buffer
        let piece = replies.next(from: &buffer)
        #expect(piece == .pass(all))
    }
}
