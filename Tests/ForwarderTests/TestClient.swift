import Dispatch
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A client as plain as can be: one blocking socket, each call with a deadline of some seconds.
///
/// It has a thread to block: Swift's own are few, and what is tested runs on them.
actor TestClient {
    enum Failure: Error {
        case system(String, Int32)
        case timedOut
    }

    private final class Executor: SerialExecutor {
        private let queue = DispatchQueue(label: "test-client")

        func enqueue(_ job: consuming ExecutorJob) {
            let job = UnownedJob(job)
            queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        }
    }

    private let executor = Executor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private var descriptor: Int32
    private var buffered: [UInt8] = []

    /// The kernel holds `receiveBuffer` bytes, or as many as it likes.
    init(_ address: String, _ port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        try Self.connect(descriptor, &name, MemoryLayout<sockaddr_in>.size)
    }

    init(unixPath path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var name = Self.unixName(path)
        try Self.connect(descriptor, &name, MemoryLayout<sockaddr_un>.size)
    }

    deinit { if descriptor >= 0 { systemClose(descriptor) } }

    static func unixName(_ path: String) -> sockaddr_un {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        return name
    }

    private static func connect<Name>(_ descriptor: Int32, _ name: inout Name, _ size: Int) throws {
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { systemConnect(descriptor, $0, socklen_t(size)) }
        }
        guard result == 0 else { throw Failure.system("connect", errno) }
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ all: [UInt8]) throws {
        var bytes = all[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { systemSend(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw Failure.system("send", errno) }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Sends until nothing more is taken for a while. Returns the bytes sent.
    func sendUntilStuck(limit: Int) -> Int {
        let block = [UInt8](repeating: 1, count: 1 << 16)
        var total = 0
        while total < limit {
            var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard systemPoll(&poll, 1, 700) == 1 else { break }
            let count = block.withUnsafeBytes {
                systemSend(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            guard count > 0 else { continue }
            total += count
        }
        return total
    }

    /// The next line without its end; nil at the end of the stream.
    func line() throws -> String? {
        while true {
            if let end = buffered.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffered.removeFirst(end + 1) }
                return String(decoding: buffered[..<end], as: UTF8.self)
            }
            let received = try receive()
            if received.isEmpty { return nil }
            buffered += received
        }
    }

    /// Everything up to the end of the stream.
    func rest() throws -> [UInt8] {
        var all = buffered
        buffered = []
        while true {
            let received = try receive()
            if received.isEmpty { return all }
            all += received
        }
    }

    /// Empty at the end of the stream. A reset counts as an end.
    private func receive() throws -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        let count = block.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count >= 0 { return Array(block[..<count]) }
        if errno == ECONNRESET { return [] }
        if errno == EAGAIN { throw Failure.timedOut }
        throw Failure.system("recv", errno)
    }

    func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends the connection as a crashed machine's kernel would: with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        guard descriptor >= 0 else { return }
        systemClose(descriptor)
        descriptor = -1
    }
}

// The class's own names hide the system's.
private func systemConnect(_ descriptor: Int32, _ name: UnsafePointer<sockaddr>, _ size: socklen_t) -> Int32 {
    connect(descriptor, name, size)
}

private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    send(descriptor, bytes, count, flags)
}

private func systemPoll(_ polls: UnsafeMutablePointer<pollfd>, _ count: UInt, _ timeout: Int32) -> Int32 {
    poll(polls, nfds_t(count), timeout)
}

private func systemClose(_ descriptor: Int32) { _ = close(descriptor) }
