/// What a key may do: a document in the form of IAM's identity-based policies, as far as it has statements with an effect, actions and
/// resources. A part that has no effect here (`Condition`, `NotAction`, ...) is refused: to read over it would allow too much.
package struct AccessPolicy: Codable, Sendable, Equatable {
    package enum Effect: String, Codable, Sendable {
        case allow = "Allow"
        case deny = "Deny"
    }

    package struct Statement: Sendable, Equatable {
        package let effect: Effect
        /// `elasticache:Describe*`; in any case.
        package let actions: [String]
        /// ARNs, in which `*` is any text and `?` any character; in any case, as ElastiCache's names are.
        package let resources: [String]

        package init(effect: Effect, actions: [String], resources: [String]) {
            self.effect = effect
            self.actions = actions
            self.resources = resources
        }
    }

    package enum Verdict: Sendable, Equatable {
        case allowed
        /// No statement allows it for this resource.
        case notAllowed(resource: String)
        /// A statement denies it for this resource, whatever others allow.
        case denied(resource: String)
    }

    package let statements: [Statement]

    package init(statements: [Statement]) {
        self.statements = statements
    }

    /// Whether an action is allowed on all the resources that a request names.
    package func verdict(on action: String, resources: [String]) -> Verdict {
        let action = action.lowercased()
        let matching = statements.filter { $0.actions.contains { Wildcard.matches(action, pattern: $0.lowercased()) } }
        func covers(_ statement: Statement, _ resource: String) -> Bool {
            statement.resources.contains { Wildcard.matches(resource.lowercased(), pattern: $0.lowercased()) }
        }
        for resource in resources where matching.contains(where: { $0.effect == .deny && covers($0, resource) }) {
            return .denied(resource: resource)
        }
        for resource in resources where !matching.contains(where: { $0.effect == .allow && covers($0, resource) }) {
            return .notAllowed(resource: resource)
        }
        return .allowed
    }
}
