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
                case .noop: found.append("<noop>")
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

    // MARK: The binary protocol

    private enum Kind: Equatable {
        case pass(Int)
        case nodes(UInt8, String)
        case noop
        case quit
        case version
    }

    private func kinds(_ chunks: [[UInt8]]) -> [Kind] {
        var requests = MemcachedRequests(item: "AmazonElastiCache:cluster")
        var buffer = ByteBuffer()
        var found: [Kind] = []
        for chunk in chunks {
            buffer.writeBytes(chunk)
            while let piece = requests.next(from: &buffer) {
                switch piece {
                case .pass(let bytes):
                    if case .pass(let before)? = found.last {
                        found[found.count - 1] = .pass(before + bytes.readableBytes)
                    } else {
                        found.append(.pass(bytes.readableBytes))
                    }
                case .nodes(.frame(let frame, let key)): found.append(.nodes(frame.opcode, key))
                case .nodes: Issue.record("a question of the text protocol")
                case .noop: found.append(.noop)
                case .quit: found.append(.quit)
                case .version: found.append(.version)
                }
            }
        }
        return found
    }

    private static let framed: [([UInt8], [Kind])] = [
        (Frames.frame(0x80, 0x60, key: "cluster"), [.nodes(0x60, "cluster")]),
        (Frames.frame(0x80, 0x63, key: "other"), [.nodes(0x63, "other")]),
        (Frames.frame(0x80, 0x64, extras: [0, 0, 0, 0], key: "cluster", value: [1, 2]), [.nodes(0x64, "cluster")]),
        (Frames.frame(0x80, 0x00, key: "AmazonElastiCache:cluster"), [.nodes(0x00, "AmazonElastiCache:cluster")]),
        (Frames.frame(0x80, 0x00, key: "AmazonElastiCache:another"), [.pass(49)]),
        (Frames.frame(0x80, 0x00, key: "k"), [.pass(25)]),
        (Frames.frame(0x80, 0x0A) + Frames.frame(0x80, 0x07), [.noop, .quit]),
        // What looks like a frame inside of an item is none.
        (
            Frames.frame(0x80, 0x01, extras: [0, 0, 0, 0, 0, 0, 0, 0], key: "k", value: Frames.frame(0x80, 0x60, key: "cluster"))
                + Frames.frame(0x80, 0x60, key: "cluster"), [.pass(64), .nodes(0x60, "cluster")]
        ),
        // Not a frame any more: a node will say so.
        (Frames.frame(0x80, 0x0B) + Array("version\r\n".utf8), [.pass(33)]),
        // A key that is longer than the body that should hold it.
        ([0x80, 0x60, 0, 9] + [UInt8](repeating: 0, count: 20), [.pass(24)]),
        (Array(Frames.frame(0x80, 0x60, key: "cluster").dropLast()), []),
    ]

    @Test(arguments: framed.indices) func framesThatAreAnsweredHere(_ index: Int) {
        let (sent, kinds) = Self.framed[index]
        #expect(self.kinds([sent]) == kinds)
        #expect(self.kinds(sent.map { [$0] }) == kinds)
    }
}
