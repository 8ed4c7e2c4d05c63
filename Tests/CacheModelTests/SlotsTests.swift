import CacheModel
import Testing

struct SlotsTests {
    @Test(arguments: [("0-8999", 0, 8999), ("9000-16383", 9000, 16383), ("42", 42, 42), ("7-7", 7, 7), ("0-0", 0, 0), ("0000-0010", 0, 10)])
    func range(text: String, first: Int, last: Int) throws {
        let range = try SlotRange(parsing: text)
        #expect(range.first == first)
        #expect(range.last == last)
        #expect(range.count == last - first + 1)
    }

    @Test(arguments: [
        "", "-", "a", "0-", "-5", "0--5", "0-5-9", "0 -5", " 0-5", "0-5 ", "+1-5", "0–5", "0x1-5", "1.5", "0..5", "٠-٥", "9999999999",
        "99999999999999999999-1",
    ])
    func malformed(text: String) {
        #expect(throws: SlotRange.Failure.malformed(text)) { try SlotRange(parsing: text) }
    }

    @Test(arguments: ["16384", "0-16384", "16384-0", "20000-30000", "999999999"])
    func outOfRange(text: String) {
        #expect(throws: SlotRange.Failure.outOfRange(text)) { try SlotRange(parsing: text) }
    }

    @Test func reversed() {
        #expect(throws: SlotRange.Failure.reversed("9-3")) { try SlotRange(parsing: "9-3") }
        #expect(SlotRange(first: 9, last: 3) == nil)
        #expect(SlotRange(first: -1, last: 3) == nil)
        #expect(SlotRange(first: 0, last: 16384) == nil)
    }

    @Test(arguments: ["", ",", "0-5,", ",0-5", "0-5,,7", "0-5, 7"])
    func malformedLists(text: String) {
        #expect(throws: SlotRange.Failure.self) { try Slots.parse(text) }
    }

    @Test(arguments: [
        ("0-324,5462-5692,6784-6826", "0-324,5462-5692,6784-6826"), ("6784-6826,0-324", "0-324,6784-6826"), ("0-5,6-10", "0-10"),
        ("3,1,2", "1-3"), ("7", "7"), ("0-10,5-20", "0-20"), ("0-20,5-10,22", "0-20,22"),
    ])
    func lists(text: String, expected: String) throws {
        #expect(Slots.text(try Slots.parse(text)) == expected)
    }

    @Test(arguments: [
        (1, ["0-16383"]), (2, ["0-8191", "8192-16383"]), (3, ["0-5461", "5462-10922", "10923-16383"]),
        (4, ["0-4095", "4096-8191", "8192-12287", "12288-16383"]),
    ])
    func evenSplit(shards: Int, expected: [String]) {
        #expect(Slots.evenSplit(into: shards).map(Slots.text) == expected)
    }

    @Test(arguments: [1, 2, 3, 5, 7, 83, 90, 250, 500, 16384, 20000])
    func evenSplitCoversEverything(shards: Int) throws {
        let split = Slots.evenSplit(into: shards)
        #expect(split.count == shards)
        try Slots.requireEachOnce(split.flatMap { $0 })
        let sizes = split.map(Slots.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        #expect(sizes == sizes.sorted(by: >))
    }

    @Test(arguments: [0, -1, Int.min])
    func evenSplitOfNothing(shards: Int) {
        #expect(Slots.evenSplit(into: shards).isEmpty)
    }

    @Test(arguments: ["0-16383", "0-8999,9000-16383", "9000-16383,0-8999", "0,1,2-16382,16383"])
    func eachOnce(text: String) throws {
        try Slots.requireEachOnce(try Slots.parse(text))
    }

    @Test(arguments: [
        ("0-8999,9000-16382", Slots.CoverageFailure.gap(SlotRange(first: 16383, last: 16383)!)),
        ("1-16383", .gap(SlotRange(first: 0, last: 0)!)),
        ("0-99,200-16383", .gap(SlotRange(first: 100, last: 199)!)),
        ("0-8999,8999-16383", .overlap(SlotRange(first: 8999, last: 8999)!)),
        ("0-16383,0-16383", .overlap(SlotRange(first: 0, last: 16383)!)),
        ("0-16383,5", .overlap(SlotRange(first: 5, last: 5)!)),
        ("0-9000,100-200,9001-16383", .overlap(SlotRange(first: 100, last: 200)!)),
    ])
    func notEachOnce(text: String, failure: Slots.CoverageFailure) {
        #expect(throws: failure) { try Slots.requireEachOnce(try Slots.parse(text)) }
    }

    @Test func nothingCoversNothing() {
        #expect(throws: Slots.CoverageFailure.gap(.all)) { try Slots.requireEachOnce([]) }
    }
}
