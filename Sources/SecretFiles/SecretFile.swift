package import Foundation

/// A file that holds secrets: only its owner may read it, and it is replaced as a whole.
package struct SecretFile: Sendable, Equatable {
    package enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        case missing(String)
        /// It is a link to nothing.
        case dangling(String)
        /// Others than its owner may read or write it.
        case open(String, mode: UInt16)
        case malformed(String, reason: String)
        case system(String, code: Int32)

        package var description: String {
            switch self {
            case .missing(let path): "there is no file \(path)"
            case .dangling(let path): "\(path) is a link to a file that is not there"
            case .open(let path, let mode):
                "\(path) holds secrets, and others than its owner may read or write it (mode \(String(mode, radix: 8))): chmod 600 \(path)"
            case .malformed(let path, let reason): "\(path) is malformed: \(reason)"
            case .system(let path, let code): "\(path): \(String(cString: strerror(code)))"
            }
        }
    }

    /// Bytes.
    private static let limit = 16 << 20

    package let path: String

    package init(path: String) {
        self.path = path
    }

    package func read() throws(Failure) -> Data {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            guard errno == ENOENT else { throw .system(path, code: errno) }
            throw try Self.isThere(path) ? .dangling(path) : .missing(path)
        }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .system(path, code: errno) }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .malformed(path, reason: "it is no file") }
        guard facts.st_mode & 0o077 == 0 else { throw .open(path, mode: UInt16(facts.st_mode & 0o777)) }
        guard facts.st_size <= Self.limit else { throw .malformed(path, reason: "it is larger than \(Self.limit) bytes") }
        do {
            return try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
        } catch {
            throw .system(path, code: EIO)
        }
    }

    /// Complete under its name, or as it was. Survives a loss of power once it returns.
    package func write(_ data: Data) throws(Failure) {
        let target = realPath
        let directory = (target as NSString).deletingLastPathComponent
        let draft = target + ".new"
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system(draft, code: errno) }
        defer { close(descriptor) }
        guard Self.keepOwner(descriptor, of: target, in: directory), Self.write(data, to: descriptor), fsync(descriptor) == 0,
            rename(draft, target) == 0
        else {
            let code = errno
            unlink(draft)
            throw .system(target, code: code)
        }
        try Self.syncDirectory(directory)
    }

    /// While nobody else does the same.
    package func alone<Result>(_ body: () throws -> Result) throws -> Result {
        let lock = open(realPath + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { throw Failure.system(realPath + ".lock", code: errno) }
        defer { close(lock) }
        guard lockf(lock, F_LOCK, 0) == 0 else { throw Failure.system(realPath + ".lock", code: errno) }
        return try body()
    }

    package static func syncDirectory(_ path: String) throws(Failure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(path, code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(path, code: errno) }
    }

    /// Where it really lies, if its name is a link.
    private var realPath: String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Written by root for a service that is not, it has to be that service's.
    private static func keepOwner(_ descriptor: Int32, of target: String, in directory: String) -> Bool {
        var facts = stat()
        guard geteuid() == 0, stat(target, &facts) == 0 || stat(directory, &facts) == 0 else { return true }
        return fchown(descriptor, facts.st_uid, facts.st_gid) == 0
    }

    private static func write(_ data: Data, to descriptor: Int32) -> Bool {
        data.withUnsafeBytes { raw in
            var rest = raw[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }
}
