import NIOCore
import Testing

@testable import Engine

@Suite struct RESPDecoderTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let wire: String
        let value: RESPValue
        var testDescription: String { wire.debugDescription }
    }

    static let samples: [Sample] = [
        Sample(wire: "+OK\r\n", value: .simple("OK")),
        Sample(wire: "+\r\n", value: .simple("")),
        Sample(wire: "-NOPERM no\r\n", value: .error("NOPERM no")),
        Sample(wire: ":0\r\n", value: .integer(0)),
        Sample(wire: ":-9223372036854775808\r\n", value: .integer(.min)),
        Sample(wire: "$5\r\nhello\r\n", value: .bulk("hello")),
        Sample(wire: "$0\r\n\r\n", value: .bulk("")),
        Sample(wire: "$4\r\n\r\n\r\n\r\n", value: .bulk("\r\n\r\n")),
        Sample(wire: "$-1\r\n", value: .null),
        Sample(wire: "*-1\r\n", value: .null),
        Sample(wire: "_\r\n", value: .null),
        Sample(wire: "*0\r\n", value: .array([])),
        Sample(wire: "*2\r\n$1\r\na\r\n:1\r\n", value: .array([.bulk("a"), .integer(1)])),
        Sample(wire: "*2\r\n*0\r\n*1\r\n*1\r\n+x\r\n", value: .array([.array([]), .array([.array([.simple("x")])])])),
        Sample(wire: "*1\r\n-ERR inside\r\n", value: .array([.error("ERR inside")])),
        Sample(wire: ",1.5\r\n", value: .double(1.5)),
        Sample(wire: ",inf\r\n", value: .double(.infinity)),
        Sample(wire: "#t\r\n", value: .boolean(true)),
        Sample(wire: "#f\r\n", value: .boolean(false)),
        Sample(wire: "(12345678901234567890123\r\n", value: .bigNumber("12345678901234567890123")),
        Sample(wire: "!7\r\nERR bad\r\n", value: .error("ERR bad")),
        Sample(wire: "=8\r\ntxt:text\r\n", value: .verbatim(format: "txt", text: "text")),
        Sample(wire: "%1\r\n+k\r\n:1\r\n", value: .map([.init(key: .simple("k"), value: .integer(1))])),
        Sample(wire: "%0\r\n", value: .map([])),
        Sample(wire: "~1\r\n:1\r\n", value: .set([.integer(1)])),
        Sample(wire: ">1\r\n+invalidate\r\n", value: .push([.simple("invalidate")])),
        Sample(wire: "|1\r\n+ttl\r\n:3\r\n+value\r\n", value: .simple("value")),
        Sample(wire: "*1\r\n|1\r\n+ttl\r\n:3\r\n+value\r\n", value: .array([.simple("value")])),
        Sample(wire: "|0\r\n+value\r\n", value: .simple("value")),
    ]

    @Test(arguments: samples) func whole(_ sample: Sample) throws {
        var decoder = RESPDecoder()
        var buffer = ByteBuffer(string: sample.wire)
        #expect(try decoder.next(from: &buffer) == sample.value)
        #expect(buffer.readableBytes == 0)
        #expect(!decoder.isInsideValue)
    }

    @Test(arguments: samples) func byteByByte(_ sample: Sample) throws {
        var decoder = RESPDecoder()
        var buffer = ByteBuffer()
        let bytes = Array((sample.wire + sample.wire).utf8)
        var values: [RESPValue] = []
        for byte in bytes {
            buffer.writeInteger(byte)
            while let value = try decoder.next(from: &buffer) { values.append(value) }
        }
        #expect(values == [sample.value, sample.value])
        #expect(buffer.readableBytes == 0)
    }

    struct Malformed: Sendable, CustomTestStringConvertible {
        let wire: String
        let error: RESPError
        var testDescription: String { wire.prefix(40).debugDescription }
    }

    static let malformed: [Malformed] = [
        Malformed(wire: "OK\r\n", error: .unknownType(UInt8(ascii: "O"))),
        Malformed(wire: "\r\n", error: .unknownType(13)),
        Malformed(wire: "HTTP/1.1 400 Bad Request\r\n", error: .unknownType(UInt8(ascii: "H"))),
        Malformed(wire: "+OK\n", error: .badLineEnd),
        Malformed(wire: "+OK\rx", error: .badLineEnd),
        Malformed(wire: ":\r\n", error: .badNumber("")),
        Malformed(wire: ":1x\r\n", error: .badNumber("1x")),
        Malformed(wire: ":+1\r\n", error: .badNumber("+1")),
        Malformed(wire: ":9223372036854775808\r\n", error: .badNumber("9223372036854775808")),
        Malformed(wire: "$-2\r\n", error: .badNumber("-2")),
        Malformed(wire: "$a\r\n", error: .badNumber("a")),
        Malformed(wire: "$1\r\nabc", error: .badLineEnd),
        Malformed(wire: "$536870913\r\n", error: .tooLong(536_870_913)),
        Malformed(wire: "$9223372036854775807\r\n", error: .tooLong(.max)),
        Malformed(wire: "$?\r\n", error: .streamed),
        Malformed(wire: "*?\r\n", error: .streamed),
        Malformed(wire: "*-2\r\n", error: .badNumber("-2")),
        Malformed(wire: "%-1\r\n", error: .badNumber("-1")),
        Malformed(wire: "*1048577\r\n", error: .tooManyElements(1_048_577)),
        Malformed(wire: "%9223372036854775807\r\n", error: .tooManyElements(.max)),
        Malformed(wire: "#x\r\n", error: .badBoolean("x")),
        Malformed(wire: ",one\r\n", error: .badNumber("one")),
        Malformed(wire: "=2\r\nab\r\n", error: .badNumber("2")),
        Malformed(wire: "=4\r\ntxt-\r\n", error: .badNumber("4")),
        Malformed(wire: String(repeating: "*1\r\n", count: 40), error: .tooDeep),
        Malformed(wire: "+" + String(repeating: "x", count: 70000), error: .lineTooLong),
        Malformed(wire: "+" + String(repeating: "x", count: 70000) + "\r\n", error: .lineTooLong),
    ]

    @Test(arguments: malformed) func refused(_ sample: Malformed) {
        var decoder = RESPDecoder()
        var buffer = ByteBuffer(string: sample.wire)
        #expect(throws: sample.error) {
            while try decoder.next(from: &buffer) != nil {}
        }
    }

    @Test(arguments: ["", "*", "*3", "*3\r", "*3\r\n", "$5\r\nhell", "$5\r\nhello\r", "%1\r\n+k\r\n", "|1\r\n+a\r\n+b\r\n"])
    func unfinished(_ wire: String) throws {
        var decoder = RESPDecoder()
        var buffer = ByteBuffer(string: wire)
        #expect(try decoder.next(from: &buffer) == nil)
    }

    /// Bytes of every kind in every order: an error or a wait, never a trap.
    @Test(arguments: 0..<64) func noise(_ seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        let alphabet = Array("+-:$*_,#!=(%~>|0123456789?xt\r\n\r\n\r\n".utf8)
        for _ in 0..<50 {
            var buffer = ByteBuffer()
            for _ in 0..<40 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                buffer.writeInteger(alphabet[Int(state >> 33) % alphabet.count])
            }
            var decoder = RESPDecoder()
            _ = try? { while try decoder.next(from: &buffer) != nil {} }()
        }
    }

    @Test func commandsAreArraysOfBulkStrings() {
        var buffer = ByteBuffer()
        RESPEncoder.write(["SET", "k", "ü\r\n"], to: &buffer)
        #expect(String(buffer: buffer) == "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$4\r\nü\r\n\r\n")
    }

    @Test(arguments: [
        ("NOPERM User default has no permissions", EngineError.reply(code: "NOPERM", message: "User default has no permissions")),
        ("ERR", .reply(code: "ERR", message: "")),
        ("LOADING Redis is loading", .reply(code: "LOADING", message: "Redis is loading")),
        ("Some words", .reply(code: "ERR", message: "Some words")),
    ])
    func errorLines(_ line: String, _ error: EngineError) {
        #expect(EngineError.reply(line: line) == error)
    }
}
