import AWSProtocol
import Foundation
import Testing

@Suite struct XMLWriterTests {
    @Test(arguments: [
        ("plain", "plain"),
        ("", ""),
        ("a<b>&\"'", "a&lt;b&gt;&amp;&quot;'"),
        ("]]>", "]]&gt;"),
        ("tab\tline\nreturn\r", "tab\tline\nreturn&#xD;"),
        ("\u{0}\u{1}\u{1F}x\u{7F}", "\u{FFFD}\u{FFFD}\u{FFFD}x\u{7F}"),
        ("é€😀", "é€😀"),
        ("\u{FFFE}\u{FFFF}\u{FFFD}\u{FFEF}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFEF}"),
        ("&amp;", "&amp;amp;"),
        ("&", "&amp;"),
    ])
    func escapes(text: String, expected: String) {
        #expect(xml { $0.element("T", text) } == "<T>\(expected)</T>")
    }

    @Test func writesScalars() {
        let text = xml {
            $0.element("B", true)
            $0.element("B", false)
            $0.element("I", -42)
            $0.element("D", 12.5)
            $0.element("C", Colour.darkBlue)
            $0.element("W", Date(timeIntervalSince1970: 1_684_779_738.202))
        }
        #expect(
            text == "<B>true</B><B>false</B><I>-42</I><D>12.5</D><C>dark-blue</C><W>2023-05-22T18:22:18.202Z</W>"
        )
    }

    @Test func nilWritesNothing() {
        let text = xml {
            $0.element("A", nil as String?)
            $0.element("A", nil as Bool?)
            $0.element("A", nil as Int?)
            $0.element("A", nil as Double?)
            $0.element("A", nil as Date?)
            $0.element("A", nil as Colour?)
            $0.element("A", nil as Leaf?)
            $0.list("A", item: "B", nil as [String]?)
            $0.list("A", item: "B", nil as [Colour]?)
            $0.list("A", item: "B", nil as [Leaf]?)
            $0.items("A", nil as [Leaf]?)
        }
        #expect(text == "")
    }

    @Test func writesLists() {
        #expect(xml { $0.list("L", item: "I", [] as [String]) } == "<L/>")
        #expect(xml { $0.list("L", item: "I", [] as [Leaf]) } == "<L/>")
        #expect(xml { $0.list("L", item: "I", ["a", "", "<"]) } == "<L><I>a</I><I></I><I>&lt;</I></L>")
        #expect(xml { $0.list("L", item: "I", [Colour.red]) } == "<L><I>red</I></L>")
        #expect(xml { $0.items("I", ["a", "b"]) } == "<I>a</I><I>b</I>")
    }

    @Test func writesStructures() {
        let leaves = [Leaf(name: "a", zones: []), Leaf(), Leaf(count: 2, zones: ["z"])]
        #expect(xml { $0.element("Leaf", Leaf()) } == "<Leaf></Leaf>")
        #expect(
            xml { $0.list("Leaves", item: "Leaf", leaves) } == "<Leaves><Leaf><Name>a</Name><Zones/></Leaf><Leaf></Leaf>"
                + "<Leaf><Count>2</Count><Zones><Zone>z</Zone></Zones></Leaf></Leaves>"
        )
    }
}
