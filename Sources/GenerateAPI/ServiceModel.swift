/// A service model of the AWS SDKs: the parts that a server of the query protocol needs.
struct ServiceModel {
    var apiVersion: String
    var endpointPrefix: String
    var namespace: String
    /// Sorted by name.
    var operations: [Operation]
    var shapes: [String: Shape]

    struct Operation {
        var name: String
        var input: String?
        var output: String?
        var resultWrapper: String?
        var faults: [String]
    }

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    init(_ json: JSONValue) throws {
        guard let metadata = json["metadata"], metadata["protocol"]?.string == "query",
            let apiVersion = metadata["apiVersion"]?.string,
            let endpointPrefix = metadata["endpointPrefix"]?.string,
            let namespace = metadata["xmlNamespace"]?.string
        else { throw Failure(description: "not the model of a service of the query protocol") }
        self.apiVersion = apiVersion
        self.endpointPrefix = endpointPrefix
        self.namespace = namespace
        self.operations = (json["operations"]?.members ?? [])
            .map { Operation(name: $0.key, $0.value) }
            .sorted { $0.name < $1.name }
        self.shapes = [:]
        for (name, value) in json["shapes"]?.members ?? [] {
            self.shapes[name] = try Shape(name: name, value)
        }
    }

    func shape(_ name: String) throws -> Shape {
        guard let shape = self.shapes[name] else { throw Failure(description: "no shape is named \(name)") }
        return shape
    }
}

extension ServiceModel.Operation {
    init(name: String, _ json: JSONValue) {
        self.name = name
        self.input = json["input"]?["shape"]?.string
        self.output = json["output"]?["shape"]?.string
        self.resultWrapper = json["output"]?["resultWrapper"]?.string
        self.faults = (json["errors"]?.items ?? []).compactMap { $0["shape"]?.string }
    }
}
