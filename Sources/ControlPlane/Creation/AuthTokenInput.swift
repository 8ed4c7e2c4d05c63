import AWSProtocol

/// `AuthToken`. No text repeats it.
enum AuthTokenInput {
    private static let length = 16...128
    private static let signs: Set<Character> = ["!", "&", "#", "$", "^", "<", ">", "-"]

    static func check(_ token: String) throws {
        let isPlain = token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || signs.contains($0) }
        guard length.contains(token.count), isPlain else {
            throw ServiceFault.value(
                "Invalid AuthToken provided. It must have 16 to 128 letters, digits and signs of ! & # $ ^ < > - (AuthToken)")
        }
    }
}
