/// A structure that can be written into a response.
package protocol XMLEncodable {
    /// Writes the members; the element around them is the caller's.
    func encode(to writer: inout XMLWriter)
}

/// Appends elements to a buffer of UTF-8. Names are written as they are: they come from the model, never from a client.
package struct XMLWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    /// - Parameter capacity: bytes to set aside at once.
    package init(capacity: Int = 2048) {
        self.bytes.reserveCapacity(capacity)
    }

    package mutating func open(_ name: String) {
        self.bytes.append(UInt8(ascii: "<"))
        self.bytes.append(contentsOf: name.utf8)
        self.bytes.append(UInt8(ascii: ">"))
    }

    /// Opens an element that declares the default namespace.
    package mutating func open(_ name: String, namespace: String) {
        self.bytes.append(UInt8(ascii: "<"))
        self.bytes.append(contentsOf: name.utf8)
        self.bytes.append(contentsOf: " xmlns=\"".utf8)
        self.text(namespace)
        self.bytes.append(contentsOf: "\">".utf8)
    }

    package mutating func close(_ name: String) {
        self.bytes.append(contentsOf: "</".utf8)
        self.bytes.append(contentsOf: name.utf8)
        self.bytes.append(UInt8(ascii: ">"))
    }

    package mutating func empty(_ name: String) {
        self.bytes.append(UInt8(ascii: "<"))
        self.bytes.append(contentsOf: name.utf8)
        self.bytes.append(contentsOf: "/>".utf8)
    }

    /// Appends text that needs no escaping.
    mutating func raw(_ text: String) {
        self.bytes.append(contentsOf: text.utf8)
    }

    /// Appends text, escaped.
    package mutating func text(_ text: String) {
        XMLEscaping.append(text, to: &self.bytes)
    }

    /// Lets a writer of plain bytes append to the buffer.
    mutating func append(_ body: (inout [UInt8]) -> Void) {
        body(&self.bytes)
    }
}
