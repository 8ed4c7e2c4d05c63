/// One shape of a model.
struct Shape {
    var name: String
    var kind: Kind

    enum Kind {
        case string
        case enumeration([String])
        case boolean
        case integer
        case double
        case timestamp
        case list(Item)
        case structure(Structure)
        case fault(Fault)
    }

    struct Item {
        var shape: String
        /// The name of the element around each item.
        var element: String
        var isFlattened: Bool
    }

    struct Structure {
        /// In the order of the model.
        var members: [Member]
        /// In the order of the model, which is that in which they are checked.
        var required: [String]
    }

    struct Member {
        var name: String
        /// The name on the wire.
        var wireName: String
        var shape: String
    }

    struct Fault {
        var code: String
        var httpStatus: Int
        var isSender: Bool
    }

    /// - Throws: `ServiceModel.Failure` for a type or a trait that the emitters don't know: nothing is left out in silence.
    init(name: String, _ json: JSONValue) throws {
        self.name = name
        switch json["type"]?.string {
        case "string":
            self.kind = json["enum"].map { .enumeration($0.strings) } ?? .string
        case "boolean":
            self.kind = .boolean
        case "integer":
            self.kind = .integer
        case "double", "float":
            self.kind = .double
        case "timestamp" where json["timestampFormat"] == nil:
            self.kind = .timestamp
        case "list":
            self.kind = .list(try Item(of: name, json))
        case "structure" where json["exception"]?.bool == true:
            self.kind = .fault(Fault(name: name, json))
        case "structure":
            let members = try (json["members"]?.members ?? []).map { try Member(of: name, $0.key, $0.value) }
            self.kind = .structure(Structure(members: members, required: json["required"]?.strings ?? []))
        case let type:
            throw ServiceModel.Failure(description: "shape \(name) has an unsupported type \(type ?? "(none)")")
        }
    }
}

extension Shape.Item {
    init(of list: String, _ json: JSONValue) throws {
        guard let shape = json["member"]?["shape"]?.string else {
            throw ServiceModel.Failure(description: "list \(list) has no member shape")
        }
        self.shape = shape
        self.element = json["member"]?["locationName"]?.string ?? "member"
        self.isFlattened = json["flattened"]?.bool ?? false
    }
}

extension Shape.Member {
    init(of structure: String, _ name: String, _ json: JSONValue) throws {
        for trait in ["xmlAttribute", "location", "timestampFormat", "streaming"] where json[trait] != nil {
            throw ServiceModel.Failure(description: "\(structure).\(name) has an unsupported trait \(trait)")
        }
        guard let shape = json["shape"]?.string else {
            throw ServiceModel.Failure(description: "\(structure).\(name) has no shape")
        }
        self.name = name
        self.wireName = json["locationName"]?.string ?? name
        self.shape = shape
    }
}

extension Shape.Fault {
    init(name: String, _ json: JSONValue) {
        self.code = json["error"]?["code"]?.string ?? name
        self.httpStatus = json["error"]?["httpStatusCode"]?.int ?? 400
        self.isSender = json["error"]?["senderFault"]?.bool ?? true
    }
}
