import Testing

@testable import Engine

@Suite struct InfoFieldsTests {
    @Test(arguments: [
        "", "\n", "\r\n", ":", ":\r", "\r", "#", "# a:1\r\n", "a", "a:", "a:\r", "a:\r\n", "a:1", "a:1\n", "a:1\r\n", "\na:1\n\n",
        "b:2\r\na:1",
        "a:1:2\r\n", "a:2\r\na:1\r\n",
    ])
    func linesOfAnyShape(_ text: String) {
        let expected: String? =
            text.contains("# a") || !text.contains("a:") ? nil : text.contains("1:2") ? "1:2" : text.contains("1") ? "1" : ""
        #expect(InfoFields(text).text("a") == expected, "\(text.debugDescription)")
    }

    @Test func values() {
        let fields = InfoFields(
            "yes:1\r\nno:0\r\nlarge:9223372036854775807\r\ntoo_large:9223372036854775808\r\nslave0:x\r\nslave1:y\r\nslave3:z\r\n")
        #expect(fields.flag("yes") && !fields.flag("no") && !fields.flag("absent"))
        #expect(fields.integer("large") == .max && fields.integer("too_large") == nil && fields.int("slave0") == nil)
        #expect(fields.numbered("slave") == ["x", "y"])
        #expect(fields.text("yes ") == nil && fields.text("ye") == nil && fields.text("") == nil)
    }
}
