import Foundation

/// The last words of a process, for the status record and from there for events: bounded, and without secrets.
enum LogTail {
    static let lines = 5
    static let bytes = 2048
    static let logs = ["engine.log", "output.log"]

    /// The last lines of `engine.log` or `output.log`, whichever was written last. Empty if neither says anything.
    static func read(directory: String) -> String {
        let newest =
            logs
            .compactMap { name -> (path: String, time: Double)? in
                var facts = stat()
                let path = directory + "/" + name
                guard stat(path, &facts) == 0, facts.st_size > 0 else { return nil }
                #if canImport(Darwin)
                    let time = facts.st_mtimespec
                #else
                    let time = facts.st_mtim
                #endif
                return (path, Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
            }
            .max { $0.time < $1.time }
        guard let newest, let tail = PlainFile.tail(newest.path, limit: bytes) else { return "" }
        // A line that was cut at its start could show what would otherwise be recognised as a secret.
        let whole = tail.count < bytes ? tail[...] : tail.drop { $0 != UInt8(ascii: "\n") }
        return lastLines(of: whole)
    }

    /// Looked for as bytes, which is much faster than as characters: who waits for this has a group to fail over.
    static func lastLines(of text: ArraySlice<UInt8>) -> String {
        text.split(separator: UInt8(ascii: "\n")).suffix(lines)
            .map { withoutSecret(String(decoding: $0, as: UTF8.self)) }.joined(separator: "\n")
    }

    /// An engine that can't read a line of its configuration prints it, and that line may hold a password.
    private static func withoutSecret(_ line: String) -> String {
        guard line.hasPrefix(">>> '") else { return line }
        let directive = line.dropFirst(5).prefix { $0 != " " && $0 != "'" }
        return ">>> '\(directive) ...'"
    }
}
