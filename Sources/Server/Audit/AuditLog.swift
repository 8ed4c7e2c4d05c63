import Foundation
package import Logging
import NIOPosix
import Synchronization

/// The file of audit entries, a line each. It is opened anew for every line, so that whoever turns logs over may move it away.
package final class AuditLog: Sendable {
    private let path: String
    private let logger: Logger
    private let pace = Mutex(RefusalPace())

    package init(path: String, logger: Logger) {
        self.path = path
        self.logger = logger
    }

    /// Returns once the line is in the file. One that can't be written is told of in the service's log: what was done is done.
    func append(_ entry: AuditEntry) async {
        do {
            let line = try entry.line()
            // A disk that hangs must hold up only those who change something.
            try await NIOThreadPool.singleton.runIfActive { [path] in try Self.append(line, to: path) }
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

    /// In one write, so that lines of several callers never mingle.
    private static func append(_ line: Data, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        defer { close(descriptor) }
        let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == line.count else { throw Failure(code: written < 0 ? errno : ENOSPC) }
    }

    private struct Failure: Error, CustomStringConvertible {
        let code: Int32

        var description: String { String(cString: strerror(code)) }
    }
}
