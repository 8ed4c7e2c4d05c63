import AWSProtocol
import Testing

@Suite struct QueryDecoderListTests {
    @Test(
        arguments: [
            ("L.Zone.1=a&L.Zone.2=b", ["a", "b"]),
            ("L.member.1=a&L.member.2=b", ["a", "b"]),
            ("L.Any-Thing.1=a&L.Any-Thing.2=b", ["a", "b"]),
            ("L.1=a&L.2=b", ["a", "b"]),
            ("L.Zone.1=a&L.member.2=b&L.3=c", ["a", "b", "c"]),
            // By number, not by text, and with gaps.
            ("L.m.10=c&L.m.9=b&L.m.2=a", ["a", "b", "c"]),
            ("L.m.9223372036854775807=b&L.m.1=a", ["a", "b"]),
            ("L.m.1=&L.m.2=b", ["b"]),
            ("L.m.1=a&Lm.m.1=b&L-.m.1=c&K.m.1=d", ["a"]),
            ("L.m.1=a&L.m=&L.m.x=", ["a"]),
            ("L=", nil),
            ("L.m.1=", nil),
            ("L.m=", nil),
            ("", nil),
        ] as [(String, [String]?)])
    func readsStrings(form: String, expected: [String]?) throws {
        #expect(try decoder(form).strings("L") == expected)
    }

    @Test(arguments: [
        ("L=a", QueryDecodingError("L", .malformedList)),
        ("L.m=a", QueryDecodingError("L.m", .malformedListIndex)),
        ("L.m.0=a", QueryDecodingError("L.m.0", .malformedListIndex)),
        ("L.m.-1=a", QueryDecodingError("L.m.-1", .malformedListIndex)),
        ("L.m.01=a", QueryDecodingError("L.m.01", .malformedListIndex)),
        ("L.m.x=a", QueryDecodingError("L.m.x", .malformedListIndex)),
        ("L.m.1x=a", QueryDecodingError("L.m.1x", .malformedListIndex)),
        ("L.m..1=a", QueryDecodingError("L.m..1", .malformedListIndex)),
        ("L.m.=a", QueryDecodingError("L.m.", .malformedListIndex)),
        ("L.=a", QueryDecodingError("L.", .malformedListIndex)),
        ("L.m.9223372036854775808=a", QueryDecodingError("L.m.9223372036854775808", .malformedListIndex)),
        ("L.m.1=a&L.n.1=b", QueryDecodingError("L.n.1", .malformedListIndex)),
        ("L.m.1=a&L.1=b", QueryDecodingError("L.m.1", .malformedListIndex)),
    ])
    func refuses(form: String, error: QueryDecodingError) throws {
        let place = try decoder(form)
        #expect(throws: error) { try place.strings("L") }
    }

    @Test func readsEnumerations() throws {
        let place = try decoder("L.m.1=red&L.m.2=dark-blue&K.m.1=red&K.m.2=green")
        #expect(try place.enumerations("L", as: Colour.self) == [.red, .darkBlue])
        #expect(throws: QueryDecodingError("K.m.2", .unknownValue(allowed: ["red", "dark-blue"]))) {
            try place.enumerations("K", as: Colour.self)
        }
    }

    @Test(arguments: ["Leaves.Leaf.", "Leaves.member.", "Leaves."])
    func readsStructures(prefix: String) throws {
        let form = [
            "\(prefix)2.Name=second", "\(prefix)10.Zones.Zone.2=b", "\(prefix)10.Zones.Zone.1=a", "\(prefix)1.Name=first",
            "\(prefix)1.Count=1", "\(prefix)10.Count=3",
        ].joined(separator: "&")
        #expect(
            try decoder(form).structures("Leaves", as: Leaf.self) == [
                Leaf(name: "first", count: 1), Leaf(name: "second"), Leaf(count: 3, zones: ["a", "b"]),
            ]
        )
    }

    @Test func keepsAnItemWhoseMembersAreAllEmpty() throws {
        let place = try decoder("L.m.1.Name=&L.m.2.Name=b")
        #expect(try place.structures("L", as: Leaf.self) == [Leaf(), Leaf(name: "b")])
    }

    @Test func namesTheItemThatIsMalformed() throws {
        let place = try decoder("L.m.1.Count=1&L.m.2.Count=x&K.m.7=a&S.m.1.Id=a&S.m.2.Id=&M.3.Zones.z.q=1")
        #expect(throws: QueryDecodingError("L.m.2.Count", .malformedInteger)) { try place.structures("L", as: Leaf.self) }
        #expect(throws: QueryDecodingError("K.m.7", .malformedStructure)) { try place.structures("K", as: Leaf.self) }
        #expect(throws: QueryDecodingError("S.m.1.Items", .missingList)) { try place.structures("S", as: Strict.self) }
        #expect(throws: QueryDecodingError("M.3.Zones.z.q", .malformedListIndex)) {
            try place.structures("M", as: Leaf.self)
        }
    }

    @Test func namesAMemberMissingFromAnItemGivenAsEmpty() throws {
        let place = try decoder("S.m.4=&S.m.5.Id=")
        #expect(throws: QueryDecodingError("S.m.4.Id", .missing)) { try place.structures("S", as: Strict.self) }
    }

    @Test(.timeLimit(.minutes(1)))
    func readsAsManyItemsAsAFormHolds() throws {
        let count = QueryParameters.maximumPairs / 2
        let form = (1...count).reversed().map { "L.Leaf.\($0).Name=n\($0)&L.Leaf.\($0).Zones.Zone.1=z" }.joined(separator: "&")
        let leaves = try #require(try decoder(form).structures("L", as: Leaf.self))
        #expect(leaves.count == count)
        #expect(leaves.first == Leaf(name: "n1", zones: ["z"]))
        #expect(leaves.last == Leaf(name: "n\(count)", zones: ["z"]))
    }
}
