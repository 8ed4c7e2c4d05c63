/// A request as it came over HTTP: all that a signature covers.
package struct SignableRequest: Sendable {
    /// Upper case.
    package let method: String
    /// As it was sent, without the query.
    package let path: String
    /// As it was sent, without the question mark.
    package let query: String
    /// In the order in which they were sent; names in lower case.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package init(method: String, path: String, query: String, headers: [(name: String, value: String)], body: [UInt8]) {
        self.method = method
        self.path = path.isEmpty ? "/" : path
        self.query = query
        self.headers = headers.map { (name: $0.name.lowercased(), value: $0.value) }
        self.body = body
    }

    /// The first value; nil if there is no such header.
    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    func count(of name: String) -> Int { headers.count { $0.name == name } }
}
