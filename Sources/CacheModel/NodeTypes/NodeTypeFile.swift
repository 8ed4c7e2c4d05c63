#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// An operator's own node types: a JSON array of objects like
/// `{"name": "cache.own.tiny", "memory": 52428800, "clients": 1000, "features": ["valkey", "failover"]}`.
package enum NodeTypeFile {
    package struct Failure: Error, CustomStringConvertible, Equatable {
        package let description: String
    }

    /// Bytes: from one mebibyte to sixteen tebibytes.
    private static let memory = (1 << 20)...(1 << 44)
    private static let clients = 10...1_000_000
    /// What a type can do unless its entry says otherwise.
    private static let usual: Set<NodeType.Feature> = [.valkey, .encryption, .failover, .snapshots]
    private static let oldestRedis = EngineVersion(2, 6, 13)

    /// `redefine` must be said of a type that `known` has already.
    package static func parse(_ data: Data, known: NodeTypeCatalog = .real) throws(Failure) -> [NodeType] {
        let entries: [Entry]
        do {
            entries = try JSONDecoder().decode([Entry].self, from: data)
        } catch {
            throw Failure(description: "is not a JSON array of node types: \(reason(error))")
        }
        var names: Set<String> = []
        var types: [NodeType] = []
        for entry in entries {
            guard names.insert(entry.name).inserted else { throw Failure(description: "has \(entry.name) twice") }
            guard known[entry.name] == nil || entry.redefine == true else {
                throw Failure(description: "has \(entry.name), which is a node type of the service: say \"redefine\": true to change it")
            }
            types.append(try entry.nodeType())
        }
        return types
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            (context.codingPath.last.map { "\($0.stringValue): " } ?? "") + context.debugDescription
        default: "\(error)"
        }
    }

    private struct Entry: Decodable {
        let name: String
        let memory: Int
        let clients: Int?
        let outputBufferLimit: Int?
        let minimumRedisVersion: String?
        let features: [String]?
        let redefine: Bool?

        enum CodingKeys: String, CodingKey, CaseIterable {
            case name, memory, clients, outputBufferLimit, minimumRedisVersion, features, redefine
        }

        init(from decoder: any Decoder) throws {
            let given = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
            if let strange = given.sorted().first(where: { CodingKeys(rawValue: $0) == nil }) {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: [],
                        debugDescription: "\(strange) is none of \(CodingKeys.allCases.map(\.rawValue).joined(separator: ", "))"))
            }
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            name = try fields.decode(String.self, forKey: .name)
            memory = try fields.decode(Int.self, forKey: .memory)
            clients = try fields.decodeIfPresent(Int.self, forKey: .clients)
            outputBufferLimit = try fields.decodeIfPresent(Int.self, forKey: .outputBufferLimit)
            minimumRedisVersion = try fields.decodeIfPresent(String.self, forKey: .minimumRedisVersion)
            features = try fields.decodeIfPresent([String].self, forKey: .features)
            redefine = try fields.decodeIfPresent(Bool.self, forKey: .redefine)
        }

        func nodeType() throws(Failure) -> NodeType {
            let words = name.split(separator: ".", omittingEmptySubsequences: false)
            let isPlain = words.allSatisfy { word in !word.isEmpty && word.allSatisfy { "a"..."z" ~= $0 || "0"..."9" ~= $0 } }
            guard words.count == 3, words[0] == "cache", isPlain else {
                throw Failure(description: "has the name \(name): it must be like cache.own.tiny, of lower-case letters and digits")
            }
            guard NodeTypeFile.memory.contains(memory) else {
                throw Failure(description: "has \(name) with memory \(memory): it is in bytes, from 1 MiB to 16 TiB")
            }
            let clients = clients ?? 65_000
            guard NodeTypeFile.clients.contains(clients) else {
                throw Failure(description: "has \(name) with \(clients) clients: they must be within 10 and 1000000")
            }
            let buffer = outputBufferLimit ?? (memory + 5) / 10
            guard buffer >= 0 else { throw Failure(description: "has \(name) with an outputBufferLimit below 0") }
            var oldest = oldestRedis
            if let text = minimumRedisVersion {
                guard let version = EngineVersion(text) else {
                    throw Failure(description: "has \(name) with minimumRedisVersion \(text): it must be like 6.2 or 5.0.6")
                }
                oldest = version
            }
            return NodeType(
                name: name, family: String(words[1]), generation: .current, maxmemory: memory, maxclients: clients,
                outputBufferLimit: buffer, minimumRedisVersion: oldest, features: try featureSet())
        }

        private func featureSet() throws(Failure) -> Set<NodeType.Feature> {
            guard let features else { return usual }
            var set: Set<NodeType.Feature> = []
            for text in features {
                guard let feature = NodeType.Feature(rawValue: text) else {
                    let known = NodeType.Feature.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Failure(description: "has \(name) with the feature \(text), which is none of \(known)")
                }
                set.insert(feature)
            }
            return set
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }
}
