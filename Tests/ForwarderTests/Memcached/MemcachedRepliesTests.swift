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
                case .marker(let line):
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

    /// What is passed, and how many markers there are in between.
    private func frames(_ chunks: [[UInt8]]) -> [[UInt8]] {
        var replies = MemcachedReplies()
        var buffer = ByteBuffer()
        var found: [[UInt8]] = [[]]
        for chunk in chunks {
            buffer.writeBytes(chunk)
            while let piece = replies.next(from: &buffer) {
                switch piece {
                case .pass(let bytes): found[found.count - 1] += Array(buffer: bytes)
                case .marker: found.append([])
                }
            }
        }
        return found
    }

    @Test func inTheBinaryProtocolTheFrameThatDoesNothingIsFound() {
        let noop = Frames.frame(0x81, 0x0A)
        // An item that looks like one is none.
        let got = Frames.frame(0x81, 0x00, extras: [0, 0, 0, 0], value: noop + Array("VERSION 1\r\n".utf8))
        let all = got + noop + got + got + noop
        #expect(frames([all]) == [got, got + got, []])
        #expect(frames(all.map { [$0] }) == [got, got + got, []])
        // What is no frame is passed as it is.
        #expect(frames([got + Array("ERROR\r\n".utf8)]) == [got + Array("ERROR\r\n".utf8)])
    }
}
