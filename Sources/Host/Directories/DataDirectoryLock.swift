import CHost
import Foundation

/// The right to be the one server of a data directory, held until this value is gone or the process ends, however it ends.
package final class DataDirectoryLock: Sendable {
    private let descriptor: Int32

    fileprivate init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}

extension DataDirectory {
    /// Takes the lock and writes this process's id into its file. Waits at most a fifth of a second.
    ///
    /// - Throws: `dataDirectoryInUse`, naming the process that holds it.
    package func lock() throws(HostError) -> DataDirectoryLock {
        let descriptor = open(lockFile, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .last(lockFile) }
        // A process that only asks who holds the lock, or one being started, can have it for a moment.
        for attempt in 0..<20 {
            if chost_lock(descriptor) == 0 { break }
            let code = errno
            guard code == EWOULDBLOCK, attempt < 19 else {
                let holder = recordedHolder
                close(descriptor)
                throw code == EWOULDBLOCK ? .dataDirectoryInUse(path: path, pid: holder) : .system(lockFile, code: code)
            }
            usleep(10_000)
        }
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
            let failure = HostError.last(lockFile)
            close(descriptor)
            throw failure
        }
        return DataDirectoryLock(descriptor: descriptor)
    }

    /// The process id of the server that holds the directory now, nil if none does.
    package func holder() -> Int32? {
        let descriptor = open(lockFile, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return chost_lock(descriptor) == 0 ? nil : recordedHolder
    }

    private var recordedHolder: Int32? {
        PlainFile.text(lockFile).flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }
}
