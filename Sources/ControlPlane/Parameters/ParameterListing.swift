import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// The parameters of a group or of a family as the API lists them: those of all nodes, and those that differ from node type to node type,
/// in one order.
struct ParameterListing {
    enum Source: String, CaseIterable {
        case user
        case system
        case engineDefault = "engine-default"

        init?(_ text: String?) throws {
            guard let text else { return nil }
            guard let source = Source(rawValue: text) else {
                throw ServiceFault.value(
                    "Invalid value for the parameter Source: \(text). Allowed values are "
                        + Source.allCases.map(\.rawValue).joined(separator: ", ") + ".")
            }
            self = source
        }
    }

    enum Entry {
        case parameter(API.Parameter)
        case byNodeType(API.CacheNodeTypeSpecificParameter)

        var name: String {
            switch self {
            case .parameter(let parameter): parameter.parameterName ?? ""
            case .byNodeType(let parameter): parameter.parameterName ?? ""
            }
        }
    }

    let entries: [Entry]

    /// `userChanges` are values that an account gave.
    init(_ family: ParameterFamily, changes: [String: String], userChanges: Bool, source: Source?, _ nodeTypes: NodeTypeCatalog) {
        var entries: [Entry] = []
        for name in Set(family.parameters.map(\.name)).union(changes.keys) {
            guard let parameter = family.changeable(name) else { continue }
            let origin: Source = userChanges && changes[name] != nil ? .user : .system
            guard source == nil || source == origin else { continue }
            entries.append(.parameter(parameter.answer(value: changes[name] ?? parameter.value, source: origin.rawValue)))
        }
        if source == nil || source == .system { entries += family.answersByNodeType(nodeTypes).map(Entry.byNodeType) }
        self.entries = entries.sorted { $0.name < $1.name }
    }

    func page(_ paging: Paging) -> (parameters: [API.Parameter], byNodeType: [API.CacheNodeTypeSpecificParameter], marker: String?) {
        let page = paging.page(entries, by: \.name)
        let parameters = page.items.compactMap { if case .parameter(let parameter) = $0 { parameter } else { nil } }
        let byNodeType = page.items.compactMap { if case .byNodeType(let parameter) = $0 { parameter } else { nil } }
        return (parameters, byNodeType, page.marker)
    }
}
