package import Foundation

/// A fault that somebody asks for, to see what an application makes of it.
package struct FaultRequest: Decodable, Sendable, Equatable {
    package enum Action: String, Decodable, Sendable, CaseIterable {
        case kill
        case pause
        case resume
        case zoneDown = "zone-down"
        case zoneUp = "zone-up"
    }

    package let action: Action
    /// A cache cluster's id; for `kill`, `pause` and `resume`.
    package let member: String?
    /// For `zone-down` and `zone-up`.
    package let zone: String?
    /// Where to look for the member. Nil: as for API requests that name none.
    package let account: String?
    package let region: String?

    package init(action: Action, member: String? = nil, zone: String? = nil, account: String? = nil, region: String? = nil) {
        self.action = action
        self.member = member
        self.zone = zone
        self.account = account
        self.region = region
    }

    /// Reads a JSON object. Throws a refusal that names what is wrong with it.
    package init(json: Data) throws(FaultRefusal) {
        let form: Form
        do {
            form = try JSONDecoder().decode(Form.self, from: json)
        } catch {
            throw FaultRefusal(
                .malformed, "The body must be a JSON object with texts, such as {\"action\":\"kill\",\"member\":\"demo-001\"}.")
        }
        let actions = Action.allCases.map(\.rawValue).joined(separator: ", ")
        guard let name = form.action else { throw FaultRefusal(.malformed, "The body must have an action: one of \(actions).") }
        guard let action = Action(rawValue: name) else {
            throw FaultRefusal(.malformed, "The action \(name) is none of \(actions).")
        }
        self.init(action: action, member: form.member, zone: form.zone, account: form.account, region: form.region)
    }

    private struct Form: Decodable {
        let action: String?
        let member: String?
        let zone: String?
        let account: String?
        let region: String?
    }
}

/// What was done, in a sentence and in parts.
package struct FaultReport: Codable, Sendable, Equatable {
    package let message: String
    package var member: String?
    package var pid: Int32?
    package var zone: String?
}

/// Why nothing was done, in a sentence.
package struct FaultRefusal: Error, Sendable, Equatable {
    package enum Reason: Sendable {
        case malformed
        /// Not for the key that it was asked with.
        case forbidden
        case unknown
        /// Not as things are now.
        case conflict
    }

    package let reason: Reason
    package let message: String

    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}
