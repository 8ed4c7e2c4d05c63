import AWSProtocol
import CacheModel
import ElastiCacheAPI

/// The resources that a request names, as policies speak of them: ARNs.
///
/// Only the parameters that an operation has are looked at, and each is read as its handler reads it, by the same decoder: with whatever
/// the operation reads over, somebody could name a resource of theirs and be given all.
enum RequestedResources {
    /// Throws for a list that can't be read, as the operation would.
    static func named(in context: RequestContext) throws(ServiceFault) -> [String] {
        guard let naming = NamedResources.byOperation[context.parameters["Action"] ?? ""] else { return ["*"] }
        let decoder = QueryDecoder(context.parameters)
        var resources: [String] = []
        for parameter in naming.parameters {
            let values = try values(of: parameter, decoder)
            if parameter == NamedResources.arn {
                resources += values.map(normal(arn:))
            } else if let type = type(of: parameter, decoder) {
                resources += values.map { context.arn(type, $0.lowercased()) }
            }
        }
        if !resources.isEmpty { return resources }
        return [naming.all.map { context.arn($0, "*") } ?? "*"]
    }

    private static func values(of parameter: String, _ decoder: QueryDecoder) throws(ServiceFault) -> [String] {
        guard NamedResources.lists.contains(parameter) else { return decoder.string(parameter).map { [$0] } ?? [] }
        do {
            return try decoder.strings(parameter) ?? []
        } catch {
            throw ServiceFault(error)
        }
    }

    /// Nil for an event's source of no known type, which the operation refuses.
    private static func type(of parameter: String, _ decoder: QueryDecoder) -> ARN.ResourceType? {
        guard parameter == NamedResources.eventSource else { return NamedResources.types[parameter] }
        return decoder.string("SourceType").flatMap { NamedResources.eventSources[$0] }
    }

    /// Names are the same in any case, so that policies are asked about one of them.
    private static func normal(arn text: String) -> String {
        guard let colon = text.lastIndex(of: ":") else { return text }
        return text[...colon] + text[text.index(after: colon)...].lowercased()
    }
}
