import NIOCore
import Testing

@testable import Forwarder

@Suite struct MemcachedRequestsTests {
    /// What is passed comes back as text, in one piece where pieces follow each other; what is answered here by its name.
    private func pieces(_ chunks: [[UInt8]]) -> [String] {
        var requests = MemcachedRequests(item: "AmazonElastiCache:cluster")
        var buffer = ByteBuffer()
        var found: [String] = []
        var passed = ""
        func flush() {
            if !passed.isEmpty { found.append(passed) }
            passed = ""
        }
        for chunk in chunks {
            buffer.writeBytes(chunk)
            while let piece = requests.next(from: &buffer) {
                if case .pass(let bytes) = piece {
                    passed += String(buffer: bytes)
                    continue
                }
                flush()
                switch piece {
                case .nodes(let question): found.append("<\(question)>")
                case .version: found.append("<version>")
                case .quit: found.append("<quit>")
                case .pass: break
                }
            }
        }
        flush()
        return found
    }

    private static let cases: [(String, [String])] = [
        ("config get cluster\r\n", ["<configuration>"]),
        ("config get cluster\n", ["<configuration>"]),
        ("  config  get cluster \r\n", ["<configuration>"]),
        ("config get other\r\n", ["config get other\r\n"]),
        ("get AmazonElastiCache:cluster\r\n", ["<item>"]),
        ("gets AmazonElastiCache:cluster\r\n", ["<itemAndVersion>"]),
        ("get AmazonElastiCache:cluster k\r\n", ["get AmazonElastiCache:cluster k\r\n"]),
        ("version\r\nquit\r\n", ["<version>", "<quit>"]),
        ("get a\r\nversion\r\nget b\r\n", ["get a\r\n", "<version>", "get b\r\n"]),
        ("set k 0 0 9\r\nversion\r\n\r\nversion\r\n", ["set k 0 0 9\r\nversion\r\n\r\n", "<version>"]),
        ("set k 0 0 7 noreply\r\nversion\r\nversion\r\n", ["set k 0 0 7 noreply\r\nversion\r\n", "<version>"]),
        ("cas k 0 0 4 12\r\nquit\r\nquit\r\n", ["cas k 0 0 4 12\r\nquit\r\n", "<quit>"]),
        ("ms k 4 T0\r\nquit\r\nquit\r\n", ["ms k 4 T0\r\nquit\r\n", "<quit>"]),
        ("append k 0 0 0\r\n\r\nversion\r\n", ["append k 0 0 0\r\n\r\n", "<version>"]),
        // No length: the node refuses the line and takes the next as a command.
        ("set k 0 0 x\r\nversion\r\n", ["set k 0 0 x\r\n", "<version>"]),
        ("set k 0 0 -1\r\nversion\r\n", ["set k 0 0 -1\r\n", "<version>"]),
        ("set k\r\nversion\r\n", ["set k\r\n", "<version>"]),
        ("\r\nversion\r\n", ["\r\n", "<version>"]),
        ("version", []),
    ]

    @Test(arguments: cases) func whatIsAnsweredHereAndWhatIsPassed(_ sent: String, _ pieces: [String]) {
        #expect(self.pieces([Array(sent.utf8)]) == pieces)
    }

    @Test(arguments: cases) func howItIsCutDoesNotMatter(_ sent: String, _ pieces: [String]) {
        #expect(self.pieces(sent.utf8.map { [$0] }) == pieces)
    }

    @Test func aLongLineIsPassedUnseen() {
        let line = "get " + String(repeating: "key ", count: 5000)
        #expect(pieces([Array(line.utf8), Array("\r\nversion\r\n".utf8)]) == [line + "\r\n", "<version>"])
    }

    @Test func theBinaryProtocolIsPassedAsItIs() {
        var requests = MemcachedRequests(item: "AmazonElastiCache:cluster")
        let bytes = [0x80] + Array("\nversion\r\nquit\r\n".utf8)
        var buffer = ByteBuffer(bytes: bytes)
        let first = requests.next(from: &buffer)
        #expect(first == .pass(ByteBuffer(bytes: bytes)))
        buffer.writeString("version\r\n")
        let second = requests.next(from: &buffer)
        #expect(second == .pass(ByteBuffer(string: "version\r\n")))
        let third = requests.next(from: &buffer)
        #expect(third == nil)
    }
}
