/// Names of the model as names of Swift.
enum Naming {
    /// A name with its first word in lower case. The first word may be an acronym: `ARN` is `arn`, `AZMode` is `azMode`,
    /// `EC2SecurityGroupName` is `ec2SecurityGroupName`, `KmsKeyId` is `kmsKeyId`.
    static func property(_ name: String) -> String {
        Self.escaped(Self.lowered(name))
    }

    private static func lowered(_ name: String) -> String {
        let characters = Array(name)
        let capitals = characters.prefix { $0.isUppercase || $0.isNumber }.count
        // The last capital of a run begins the next word, unless the run is the whole name.
        let lowered = capitals == characters.count ? capitals : max(min(capitals, 1), capitals - 1)
        return String(characters.prefix(lowered)).lowercased() + String(characters.dropFirst(lowered))
    }

    /// A value of an enumeration as the name of a case: `dual_stack` is `dualStack`, `SETTING` is `setting`, `n/a` is `na`.
    static func enumCase(_ value: String) -> String {
        let words = value.split { !($0.isLetter || $0.isNumber) }.map { word in
            word.contains(where: \.isLowercase) ? String(word) : word.lowercased()
        }
        // Letters alone are an abbreviation.
        let first = words.allSatisfy { $0.count == 1 } ? words.count : 1
        let name = words.enumerated().map { index, word in
            index < first ? Self.lowered(word) : word.prefix(1).uppercased() + word.dropFirst()
        }.joined()
        return Self.escaped(name.first?.isNumber == true ? "_" + name : name)
    }

    /// The name of a fault's shape without the suffix that only says what it is.
    static func fault(_ name: String) -> String {
        for suffix in ["Fault", "Exception"] where name.hasSuffix(suffix) {
            return Self.property(String(name.dropLast(suffix.count)))
        }
        return Self.property(name)
    }

    /// The first word of a name: `Describe` of `DescribeEventsMessage`.
    static func firstWord(_ name: String) -> String {
        String(name.prefix(1) + name.dropFirst().prefix { !$0.isUppercase })
    }

    private static func escaped(_ name: String) -> String {
        Self.keywords.contains(name) ? "`\(name)`" : name
    }

    private static let keywords: Set<String> = [
        "as", "break", "case", "catch", "class", "continue", "default", "defer", "do", "else", "enum", "extension", "false",
        "for", "func", "if", "import", "in", "init", "is", "let", "nil", "operator", "private", "protocol", "public",
        "repeat", "return", "self", "static", "struct", "subscript", "super", "switch", "throw", "throws", "true", "try",
        "var", "where", "while",
    ]
}
