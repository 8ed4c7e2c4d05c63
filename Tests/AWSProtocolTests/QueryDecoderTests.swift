import AWSProtocol
import Foundation
import Testing

@Suite struct QueryDecoderTests {
    @Test func readsScalars() throws {
        let place = try decoder("S=text&T=true&F=False&I=-42&D=1.5e3&C=dark-blue&W=1970-01-01T00:00:10Z&E=")
        #expect(place.string("S") == "text")
        #expect(try place.bool("T") == true)
        #expect(try place.bool("F") == false)
        #expect(try place.int("I") == -42)
        #expect(try place.double("D") == 1500)
        #expect(try place.enumeration("C", as: Colour.self) == .darkBlue)
        #expect(try place.timestamp("W") == Date(timeIntervalSince1970: 10))
    }

    @Test(arguments: ["E=", "Other=1", "Ee=1", "E.x=1", ""])
    func absentAndEmptyAreTheSame(form: String) throws {
        let place = try decoder(form)
        #expect(place.string("E") == nil)
        #expect(try place.bool("E") == nil)
        #expect(try place.int("E") == nil)
        #expect(try place.double("E") == nil)
        #expect(try place.timestamp("E") == nil)
        #expect(try place.enumeration("E", as: Colour.self) == nil)
    }

    @Test(arguments: ["yes", "1", "TRUE", "true ", "falsee"])
    func refusesBooleans(text: String) throws {
        let place = try decoder("P=\(text)")
        #expect(throws: QueryDecodingError("P", .malformedBoolean)) { try place.bool("P") }
    }

    @Test(arguments: [
        "three", "1.0", "1e3", "0x10", "+1", "1+", "2147483648", "-2147483649", "99999999999999999999999", "%D9%A3", "-",
    ])
    func refusesIntegers(text: String) throws {
        let place = try decoder("P=\(text)")
        #expect(throws: QueryDecodingError("P", .malformedInteger)) { try place.int("P") }
    }

    @Test(arguments: [("2147483647", 2_147_483_647), ("-2147483648", -2_147_483_648), ("007", 7), ("%2B1", 1)])
    func readsIntegers(text: String, value: Int) throws {
        #expect(try decoder("P=\(text)").int("P") == value)
    }

    @Test(arguments: ["nan", "inf", "0x1p3", "1e999", "1,5", "-", ".", "e"])
    func refusesDoubles(text: String) throws {
        let place = try decoder("P=\(text)")
        #expect(throws: QueryDecodingError("P", .malformedDouble)) { try place.double("P") }
    }

    @Test func refusesValuesOutsideAnEnumeration() throws {
        let place = try decoder("P=Red")
        #expect(throws: QueryDecodingError("P", .unknownValue(allowed: ["red", "dark-blue"]))) {
            try place.enumeration("P", as: Colour.self)
        }
    }

    @Test func refusesTimestamps() throws {
        let place = try decoder("P=yesterday")
        #expect(throws: QueryDecodingError("P", .malformedTimestamp)) { try place.timestamp("P") }
    }

    @Test func readsNestedStructures() throws {
        let place = try decoder("A.Leaf.Name=x&A.LeafX.Name=y&A.Leaf-.Name=z&Leaf.Name=w")
        #expect(try place.structure("Leaf", as: Leaf.self) == Leaf(name: "w"))
        #expect(try place.structure("A", as: Inner.self)?.leaf == Leaf(name: "x"))
        #expect(try place.structure("B", as: Inner.self) == nil)
    }

    @Test func aStructureOfEmptyMembersIsAbsent() throws {
        #expect(try decoder("Leaf.Name=&Leaf.Count=").structure("Leaf", as: Leaf.self) == nil)
    }

    @Test func refusesAValueWhereAStructureIsExpected() throws {
        let place = try decoder("Leaf=x")
        #expect(throws: QueryDecodingError("Leaf", .malformedStructure)) { try place.structure("Leaf", as: Leaf.self) }
    }

    @Test(arguments: [
        ("S.Items.member.1=a", QueryDecodingError("S.Id", .missing)),
        ("S.Id=a", QueryDecodingError("S.Items", .missingList)),
        ("S.Id=a&S.Items.member.1=", QueryDecodingError("S.Items", .missingList)),
        // The first that is missing is named.
        ("S.Other=a", QueryDecodingError("S.Id", .missing)),
    ])
    func namesWhatIsMissing(form: String, error: QueryDecodingError) throws {
        let place = try decoder(form)
        #expect(throws: error) { try place.structure("S", as: Strict.self) }
    }

    @Test func errorsSayTheRuleAndNoValue() {
        let error = QueryDecodingError("Tags.Tag.3.Count", .malformedInteger)
        #expect(error.description == "The parameter Tags.Tag.3.Count must be a decimal integer of at most 32 bits.")
    }
}

private struct Inner: QueryDecodable {
    var leaf: Leaf?

    init(from decoder: QueryDecoder) throws(QueryDecodingError) {
        self.leaf = try decoder.structure("Leaf", as: Leaf.self)
    }
}
