/// An installed Memcached: what it is, and what it said that it can do.
package struct MemcachedBuild: Sendable, Equatable {
    package let version: EngineBuild.Version
    /// The file to start.
    package let path: String
    package let servesTLS: Bool
    /// Names that `-o` takes, without their `no_`.
    package let extendedOptions: Set<String>

    package init(version: EngineBuild.Version, path: String, servesTLS: Bool, extendedOptions: Set<String>) {
        self.version = version
        self.path = path
        self.servesTLS = servesTLS
        self.extendedOptions = extendedOptions
    }

    /// What `memcached -h` says; nil if that is not Memcached's help.
    init?(help: String, path: String) {
        let lines = help.split(whereSeparator: \.isNewline)
        guard let first = lines.first, first.hasPrefix("memcached "),
            let version = EngineBuild.Version(String(first.dropFirst("memcached ".count)))
        else { return nil }
        self.init(
            version: version, path: path, servesTLS: help.contains("--enable-ssl"),
            extendedOptions: Set(lines.compactMap(Self.option)))
    }

    /// The name in a line such as `   - no_lru_crawler:      disable LRU Crawler background thread.`
    private static func option(_ line: Substring) -> String? {
        let text = line.drop { $0 == " " }
        guard text.hasPrefix("- "), let end = text.firstIndex(of: ":") else { return nil }
        let name = text[text.index(text.startIndex, offsetBy: 2)..<end]
        guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { return nil }
        // `no_modern` is listed beside `modern`; the others only under the name that is of use.
        return String(name.hasPrefix("no_") ? name.dropFirst(3) : name)
    }
}

extension EngineCatalog {
    /// The build for a version of Memcached: the same major and minor, highest patch, else the nearest newer. Never an older minor.
    /// With TLS, if it is to be encrypted.
    package func chooseMemcached(major: Int, minor: Int, encrypted: Bool = false) -> MemcachedBuild? {
        let asked = EngineBuild.Version(major, minor)
        let newer = memcached.filter { $0.version >= asked && ($0.servesTLS || !encrypted) }
        guard let lowest = newer.map(\.version).min() else { return nil }
        return newer.filter { ($0.version.major, $0.version.minor) == (lowest.major, lowest.minor) }.max { $0.version < $1.version }
    }
}
