import Foundation
import SecretFiles

/// The JSON form. What it does not know is refused: a `Policy` that is read over would leave a key that may do everything.
extension AccessKey: Codable {
    private enum Field: String, CodingKey, CaseIterable {
        case id, secret, account, user, created, policy
        case isDisabled = "disabled"
    }

    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    package init(from decoder: any Decoder) throws {
        let place = JSONMistake.path(decoder.codingPath)
        guard try decoder.container(keyedBy: Name.self).allKeys.allSatisfy({ Field(rawValue: $0.stringValue) != nil }) else {
            let known = Field.allCases.map(\.rawValue).sorted().joined(separator: ", ")
            throw KeyMistake("\(place) has a field that no key has: it may have \(known)")
        }
        let fields = try decoder.container(keyedBy: Field.self)
        let policy: AccessPolicy?
        do {
            policy = try fields.decodeIfPresent(AccessPolicy.self, forKey: .policy)
        } catch let mistake as PolicyMistake {
            throw KeyMistake("\(place).policy: \(mistake)")
        }
        self.init(
            id: try fields.decode(String.self, forKey: .id), secret: try fields.decode(String.self, forKey: .secret),
            account: try fields.decode(String.self, forKey: .account), user: try fields.decode(String.self, forKey: .user),
            isDisabled: try fields.decode(Bool.self, forKey: .isDisabled), created: try fields.decode(Date.self, forKey: .created),
            policy: policy)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Field.self)
        try fields.encode(id, forKey: .id)
        try fields.encode(secret, forKey: .secret)
        try fields.encode(account, forKey: .account)
        try fields.encode(user, forKey: .user)
        try fields.encode(isDisabled, forKey: .isDisabled)
        try fields.encode(created, forKey: .created)
        try fields.encodeIfPresent(policy, forKey: .policy)
    }
}

/// What is wrong with a key's document, in a sentence without its full stop and without its secret.
struct KeyMistake: Error {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
