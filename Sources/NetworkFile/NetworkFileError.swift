/// What is wrong with a network file.
package struct NetworkFileError: Error, Equatable {
    /// One mistake, and where it is.
    package struct Problem: Sendable, Equatable {
        /// From 1.
        package let line: Int
        package let text: String
    }

    /// At least one, by line.
    package let problems: [Problem]

    init(_ problems: [Problem]) {
        self.problems = problems.sorted { $0.line < $1.line }
    }

    init(_ problem: Problem) {
        self.init([problem])
    }

    /// `FILE:LINE: what is wrong`, a line each.
    package func description(of file: String) -> String {
        problems.map { "\(file):\($0.line): \($0.text)" }.joined(separator: "\n")
    }
}

/// The mistakes found while a file is read.
struct Problems {
    private(set) var all: [NetworkFileError.Problem] = []

    mutating func add(_ text: String, at line: Int) {
        all.append(NetworkFileError.Problem(line: line, text: text))
    }
}
