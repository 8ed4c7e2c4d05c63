import Testing

@testable import CacheModel

@Suite struct AccessStringTests {
    /// To Swift the mark and what it is set on are one character; an engine reads bytes.
    @Test(arguments: [
        "on ~* -@all +ping (~x\u{600}) +config +acl ~* (+get )", "(~x\u{600}) (+config ~*\u{600}) (+get )", "on ~* +@all >\u{301}hello",
        "on ~* +@all -\u{301}get",
    ])
    func whatEnginesReadOtherwiseIsRefused(text: String) {
        #expect(throws: AccessString.Failure.joined) { try AccessString(parsing: text) }
        #expect(AccessString(text) == nil)
    }

    @Test(arguments: ["on ~caf\u{e9}:* -@all +get", "on ~\u{1F468}\u{200D}\u{1F469}:* -@all +get", "on\r\n~* -@all"])
    func otherAlphabetsAreTaken(text: String) throws {
        _ = try AccessString(parsing: text)
    }

    @Test(arguments: [
        ("on ~* +@all", "on ~* +@all"),
        ("~objects:* ~items:*", "off ~objects:* ~items:* -@all"),
        ("on ~app::* -@all +@read", "on ~app::* -@all +@read"),
        ("off +get ~keys*", "off -@all +get ~keys*"),
        (" on\t~a \n +@all -keys ", "on ~a +@all -keys"),
        ("ON ALLKEYS ALLCOMMANDS", "ON ALLKEYS ALLCOMMANDS"),
        ("on ~a (~b +@read)", "on ~a -@all (~b +@read)"),
        ("on ~a +get ( ~b   +@read ) &c", "on ~a -@all +get ( ~b +@read ) &c"),
        ("on", "on -@all"),
    ])
    func whatIsMissingIsAdded(text: String, kept: String) throws {
        let access = try AccessString(parsing: text)
        #expect(access.description == kept)
        #expect(AccessString(kept) == access)
        #expect(try AccessString(parsing: kept) == access, "it comes back as it is")
    }

    @Test(arguments: [
        (" ", AccessString.Failure.empty), ("", .empty), ("on nopass ~*", .reserved("nopass")), ("on RESETPASS", .reserved("RESETPASS")),
        ("reset on", .reserved("reset")), ("on >secret", .reserved(">secret")), ("on <secret", .reserved("<secret")),
        ("on #0a", .reserved("#0a")), ("on !0a", .reserved("!0a")), ("on (~a >secret)", .reserved(">secret")),
        ("on (nopass)", .reserved("nopass")), ("clearselectors on", .reserved("clearselectors")),
        ("on skip-sanitize-payload", .reserved("skip-sanitize-payload")), ("on (~a +get", .unmatched("(~a +get")),
        ("on ~a\u{0}b", .control), (String(repeating: "a", count: 10_001), .tooLong(limit: 10_000)),
    ])
    func refused(text: String, failure: AccessString.Failure) {
        #expect(throws: failure) { try AccessString(parsing: text) }
    }

    @Test func whatIsAppendedComesLast() throws {
        let access = try AccessString(parsing: "on ~a +get")
        #expect(try access.appending("+set ~b").description == "on ~a -@all +get +set ~b")
        #expect(throws: AccessString.Failure.reserved("nopass")) { try access.appending("nopass") }
    }

    @Test(arguments: [
        ("on ~* +@all", "on ~* +@all", false),
        ("on ~a -@all +get", "on ~a -@all +get +set", false),
        ("on ~a -@all +get", "on ~a -@all +get ~b &c %R~d (~e +@read)", false),
        ("off ~a -@all", "off ~a -@all on", false),
        ("on ~a -@all +get", "on ~* +@all", false),
        ("on ~a -@all +get", "on ~* &* +@all", false),
        ("on ~* &* +@all", "on ~* +@all", false),
        ("on ~a -@all +get +set", "on ~a -@all +get", true),
        ("on ~a -@all +get", "on ~a -@all +get -set", true),
        ("on ~a -@all +get", "off ~a -@all +get", true),
        ("on ~a -@all +get", "on ~a -@all +get off", true),
        ("on ~* +@all", "on ~* +@all -flushall", true),
        ("on ~* +@all", "on ~* +@all resetchannels", true),
        ("on ~a -@all +get", "on ~b -@all +get", true),
    ])
    func whatTakesRightsAway(before: String, after: String, takes: Bool) throws {
        let (before, after) = (try #require(AccessString(before)), try #require(AccessString(after)))
        #expect(after.takesAway(from: before) == takes)
    }
}

@Suite struct NodeAccessTests {
    /// Another user under the same name is somebody else.
    @Test func whoComesInUnderAnothersName() throws {
        func access(_ revision: String) throws -> NodeAccess {
            let rules = try #require(AccessString("on ~* +@all"))
            return NodeAccess(fingerprint: "f", users: [.init(name: "app", access: rules, login: .open, revision: revision)])
        }
        #expect(try access("second 1").deprived(since: access("first 1")) == ["app"])
        #expect(try access("first 2").deprived(since: access("first 1")) == [])
    }

    private static func access(_ users: (String, String)...) throws -> NodeAccess {
        NodeAccess(
            fingerprint: "f",
            users: try users.map { .init(name: $0.0, access: try #require(AccessString($0.1)), login: .passwords(sha256: ["a"])) })
    }

    @Test func whoIsDeprived() throws {
        let before = try Self.access(("a", "on ~* +@all"), ("b", "on ~b -@all +get"), ("c", "on ~c -@all"), ("d", "off ~d -@all"))
        let after = try Self.access(("a", "on ~* +@all"), ("b", "on ~b -@all +get +set"), ("e", "on ~* +@all"))
        #expect(after.deprived(since: before) == ["c"])
        #expect(before.deprived(since: after) == ["b", "e"])
        #expect(after.deprived(since: nil) == ["default"], "who comes in without saying who it is")
        #expect(try Self.access(("default", "on ~* +@all")).deprived(since: nil) == [])
        #expect(try Self.access(("default", "off -@all")).deprived(since: nil) == ["default"])
    }
}
