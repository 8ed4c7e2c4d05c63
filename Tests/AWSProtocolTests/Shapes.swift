import AWSProtocol
import Foundation

/// Shapes as the generator would write them.
enum Colour: String, CaseIterable, Sendable {
    case red
    case darkBlue = "dark-blue"
}

struct Leaf: Equatable, QueryDecodable, XMLEncodable {
    var name: String?
    var count: Int?
    var zones: [String]?

    init(name: String? = nil, count: Int? = nil, zones: [String]? = nil) {
        self.name = name
        self.count = count
        self.zones = zones
    }

    init(from decoder: QueryDecoder) throws(QueryDecodingError) {
        self.name = decoder.string("Name")
        self.count = try decoder.int("Count")
        self.zones = try decoder.strings("Zones")
    }

    func encode(to writer: inout XMLWriter) {
        writer.element("Name", self.name)
        writer.element("Count", self.count)
        writer.list("Zones", item: "Zone", self.zones)
    }
}

/// A structure that has what it must have.
struct Strict: Equatable, QueryDecodable {
    var id: String
    var items: [String]

    init(from decoder: QueryDecoder) throws(QueryDecodingError) {
        self.id = try decoder.required("Id", decoder.string("Id"))
        self.items = try decoder.requiredList("Items", decoder.strings("Items"))
    }
}

func decoder(_ form: String) throws -> QueryDecoder {
    QueryDecoder(try QueryParameters(parsing: form))
}

func xml(_ body: (inout XMLWriter) -> Void) -> String {
    var writer = XMLWriter()
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
}
