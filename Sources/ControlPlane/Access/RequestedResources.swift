import AWSProtocol
import CacheModel

/// The resources that a request names, as policies speak of them: ARNs.
///
/// Only the parameters that an operation has are looked at: with any other, which it reads over, somebody could name a resource of
/// theirs and be given all.
enum RequestedResources {
    static func named(in context: RequestContext) -> [String] {
        guard let naming = NamedResources.byOperation[context.parameters["Action"] ?? ""] else { return ["*"] }
        var resources: [String] = []
        for name in context.parameters.names {
            // A list's items: `UserIds.member.1`.
            let parameter = String(name.prefix { $0 != "." })
            guard naming.parameters.contains(parameter), let value = context.parameters[name] else { continue }
            if let type = NamedResources.types[parameter] {
                resources.append(context.arn(type, value.lowercased()))
            } else {
                resources.append(normal(arn: value))
            }
        }
        if !resources.isEmpty { return resources }
        return [naming.all.map { context.arn($0, "*") } ?? "*"]
    }

    /// Names are the same in any case, so that policies are asked about one of them.
    private static func normal(arn text: String) -> String {
        guard let colon = text.lastIndex(of: ":") else { return text }
        return text[...colon] + text[text.index(after: colon)...].lowercased()
    }
}
