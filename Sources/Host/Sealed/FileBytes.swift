import Foundation

/// An open file that is read or written from its start to its end. Closed when this value is gone.
final class FileBytes {
    private let path: String
    private let descriptor: Int32

    init(reading path: String) throws(HostError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .last(path) }
    }

    /// A new one that only its owner can read, in the place of any that has the name.
    init(creating path: String) throws(HostError) {
        self.path = path
        unlink(path)
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .last(path) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The next bytes, at most `limit`; nil at the end.
    func read(_ limit: Int) throws(HostError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        while true {
            let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, limit) }
            if count > 0 {
                buffer.removeLast(limit - count)
                return buffer
            }
            if count == 0 { return nil }
            if errno != EINTR { throw .last(path) }
        }
    }

    func write(_ bytes: [UInt8]) throws(HostError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Foundation.write(descriptor, raw.baseAddress.map { $0 + written }, raw.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw .last(path)
            }
        }
    }

    /// Waits until what was written would survive a loss of power.
    func synchronise() throws(HostError) {
        guard fsync(descriptor) == 0 else { throw .last(path) }
    }

    /// When it is to have been written last: nanoseconds since 1970.
    func setTime(_ time: Int64) {
        let moment = timespec(tv_sec: Int(time / 1_000_000_000), tv_nsec: Int(time % 1_000_000_000))
        let times = [moment, moment]
        futimens(descriptor, times)
    }
}
