#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Elements with a value. Nil writes nothing.
extension XMLWriter {
    package mutating func element(_ name: String, _ value: String?) {
        guard let value else { return }
        self.open(name)
        self.text(value)
        self.close(name)
    }

    package mutating func element(_ name: String, _ value: Bool?) {
        guard let value else { return }
        self.plain(name, value ? "true" : "false")
    }

    package mutating func element(_ name: String, _ value: Int?) {
        guard let value else { return }
        self.plain(name, String(value))
    }

    package mutating func element(_ name: String, _ value: Double?) {
        guard let value else { return }
        self.plain(name, value.description)
    }

    /// A timestamp in UTC with milliseconds.
    package mutating func element(_ name: String, _ value: Date?) {
        guard let value else { return }
        self.open(name)
        self.append { Timestamp.append(value, to: &$0) }
        self.close(name)
    }

    /// A value of an enumeration of the model, none of which needs escaping.
    package mutating func element(_ name: String, _ value: (some RawRepresentable<String>)?) {
        guard let value else { return }
        self.plain(name, value.rawValue)
    }

    /// A structure: an empty element if none of its members has a value.
    package mutating func element(_ name: String, _ value: (some XMLEncodable)?) {
        guard let value else { return }
        self.open(name)
        value.encode(to: &self)
        self.close(name)
    }

    private mutating func plain(_ name: String, _ value: String) {
        self.open(name)
        self.raw(value)
        self.close(name)
    }
}
