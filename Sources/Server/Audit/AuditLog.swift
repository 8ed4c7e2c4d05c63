import Foundation
package import Logging
import NIOPosix
import Synchronization

/// The file of audit entries, a line each. It is opened anew for every line, so that whoever turns logs over may move it away. What a
/// full disk left of a line stays, and the next one begins on its own.
package final class AuditLog: Sendable {
    private let path: String
    private let logger: Logger
    private let pace = Mutex(RefusalPace())
    /// One line at a time: the next is to see what became of the one before it.
    private let turn = Mutex(())

    package init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
    }

    /// Returns once the line is in the file. One that can't be written is told of in the service's log: what was done is done.
    func append(_ entry: AuditEntry) async {
        do {
            let line = try entry.line()
            // A disk that hangs must hold up only those who change something.
            try await NIOThreadPool.singleton.runIfActive { try self.turn.withLock { _ in try Self.append(line, to: self.path) } }
        } catch {
            logger.error("a call could not be put into the audit log", metadata: ["path": "\(path)", "error": "\(error)"])
        }
    }

    /// The same for a call of a stranger, of whom only so many are written down.
    func appendRefusal(_ entry: AuditEntry) async {
        guard let leftOut = pace.withLock({ $0.next(at: .now) }) else { return }
        var entry = entry
        entry.unrecorded = leftOut == 0 ? nil : leftOut
        await append(entry)
    }

    /// In one write, so that lines of several services never mingle.
    private static func append(_ line: Data, to path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        let line = endsInside(descriptor) ? Data("\n".utf8) + line : line
        let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == line.count else { throw Failure(code: written < 0 ? errno : ENOSPC) }
    }

    /// Whether the last line has no end.
    private static func endsInside(_ descriptor: Int32) -> Bool {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_size > 0 else { return false }
        var last: UInt8 = 0
        return pread(descriptor, &last, 1, facts.st_size - 1) == 1 && last != UInt8(ascii: "\n")
    }

    private struct Failure: Error, CustomStringConvertible {
        let code: Int32

        var description: String { String(cString: strerror(code)) }
    }
}
