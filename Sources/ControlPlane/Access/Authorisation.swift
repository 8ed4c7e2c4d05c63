import AWSProtocol
import Access
import CacheModel

/// Whether who asks may do what is asked. A key without a policy may do everything in its account.
enum Authorisation {
    /// Throws `.accessDenied`, in the real service's words.
    static func check(_ principal: Principal?, _ action: String, _ context: RequestContext) throws(ServiceFault) {
        guard let principal, let policy = principal.policy else { return }
        let action = "elasticache:\(action)"
        let verdict = policy.verdict(on: action, resources: try RequestedResources.named(in: context))
        if let refusal = refusal(principal, action, verdict, partition: context.region.partition) {
            throw ServiceFault(.accessDenied, refusal)
        }
    }

    /// Nil if it is allowed.
    static func refusal(_ principal: Principal, _ action: String, _ verdict: AccessPolicy.Verdict, partition: String) -> String? {
        func sentence(_ resource: String, _ reason: String) -> String {
            "User: \(principal.arn(partition: partition)) is not authorized to perform: \(action) on resource: \(resource) \(reason)"
        }
        return switch verdict {
        case .allowed: nil
        case .notAllowed(let resource): sentence(resource, "because no identity-based policy allows the \(action) action")
        case .denied(let resource): sentence(resource, "with an explicit deny in an identity-based policy")
        }
    }
}
