import AWSProtocol
import Testing

@Suite struct QueryParametersTests {
    @Test(
        arguments: [
            ("", [:]),
            ("Action=DescribeEvents&Version=2015-02-02", ["Action": "DescribeEvents", "Version": "2015-02-02"]),
            ("a=b+c", ["a": "b c"]),
            ("a=b%20c%2Bd", ["a": "b c+d"]),
            ("a=%e2%82%AC", ["a": "€"]),
            ("a%2Eb=c", ["a.b": "c"]),
            ("a=b=c==", ["a": "b=c=="]),
            ("a=%3D%26", ["a": "=&"]),
            ("&&a=b&&", ["a": "b"]),
            ("a&b", [:]),
            ("a=", [:]),
            ("a=1&a=2", ["a": "2"]),
            ("a=1&a=", [:]),
            ("a=%00", ["a": "\0"]),
            ("a=€", ["a": "€"]),
            ("é=1", ["é": "1"]),
        ] as [(String, [String: String])])
    func reads(form: String, expected: [String: String]) throws {
        let parameters = try QueryParameters(parsing: form)
        var found: [String: String] = [:]
        for name in parameters.names { found[name] = parameters[name] }
        #expect(found == expected)
    }

    @Test(
        arguments: [
            ("a=%", .malformedEscape(offset: 2)),
            ("a=%4", .malformedEscape(offset: 2)),
            ("a=%zz", .malformedEscape(offset: 2)),
            ("a=%4&b=c", .malformedEscape(offset: 2)),
            ("%G0=a", .malformedEscape(offset: 0)),
            ("a=%ff", .invalidUTF8),
            ("a=%c3", .invalidUTF8),
            // Two halves of one character, one in the name and one in the value.
            ("a%c3=%a9", .invalidUTF8),
            ("a=%c3&%a9=b", .invalidUTF8),
            // A surrogate and an overlong slash.
            ("a=%ed%a0%80", .invalidUTF8),
            ("a=%c0%af", .invalidUTF8),
            ("=a", .emptyName(offset: 2)),
            ("a=b&=", .emptyName(offset: 5)),
            (String(repeating: "n", count: 1025) + "=a", .nameTooLong(limit: 1024)),
        ] as [(String, MalformedQuery)])
    func refuses(form: String, reason: MalformedQuery) {
        #expect(throws: reason) { try QueryParameters(parsing: form) }
    }

    @Test func refusesRawBytesThatAreNotUTF8() {
        #expect(throws: MalformedQuery.invalidUTF8) { try QueryParameters(parsing: [0x61, 0x3D, 0xFF]) }
    }

    @Test func readsASliceFromItsOwnStart() throws {
        let bytes = Array("POST a=b%20c".utf8)
        #expect(try QueryParameters(parsing: bytes.dropFirst(5))["a"] == "b c")
        #expect(throws: MalformedQuery.malformedEscape(offset: 2)) {
            try QueryParameters(parsing: Array("xx a=%4".utf8).dropFirst(3))
        }
    }

    @Test func capsTheNumberOfPairs() throws {
        let most = (1...QueryParameters.maximumPairs).map { "p\($0)=1" }.joined(separator: "&")
        #expect(try QueryParameters(parsing: most).count == QueryParameters.maximumPairs)
        #expect(throws: MalformedQuery.tooManyPairs(limit: QueryParameters.maximumPairs)) {
            try QueryParameters(parsing: most + "&last=1")
        }
        #expect(throws: MalformedQuery.tooManyPairs(limit: 2)) { try QueryParameters(parsing: "a=1&a=2&a=3", limit: 2) }
    }

    @Test(.timeLimit(.minutes(1)))
    func survivesForms() throws {
        #expect(try QueryParameters(parsing: String(repeating: "&", count: 1 << 20)).count == 0)
        let same = String(repeating: "a=1&", count: QueryParameters.maximumPairs)
        #expect(try QueryParameters(parsing: same).count == 1)
        let prefix = String(repeating: "a.", count: 500)
        let long = (0..<1000).map { "\(prefix)\($0)=1" }.joined(separator: "&")
        #expect(try QueryParameters(parsing: long).count == 1000)
    }

    @Test(arguments: [
        MalformedQuery.malformedEscape(offset: 7), .invalidUTF8, .emptyName(offset: 1), .nameTooLong(limit: 9),
        .tooManyPairs(limit: 3),
    ])
    func becomesAFaultOfTheSender(malformed: MalformedQuery) {
        let fault = ServiceFault(malformed)
        #expect(fault.code == .malformedQueryString)
        #expect(fault.code.httpStatus == 400)
        #expect(fault.code.origin == .sender)
        #expect(!fault.message.isEmpty)
    }
}
