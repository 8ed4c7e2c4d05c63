import CHost

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An engine that runs for a moment, its output in a pipe. Every call blocks: for a thread that may.
struct ProbeProcess: Sendable {
    enum Outcome: Sendable, Equatable {
        case said
        case ended
        case deadline
    }

    private let pid: pid_t
    private let output: Int32

    static func start(_ path: String, _ arguments: [String]) throws(ProbeFailure) -> ProbeProcess {
        var ends: (read: Int32, write: Int32) = (-1, -1)
        guard openPipe(&ends) else { throw .notStarted(errno: errno) }
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer {
            for word in words { free(word) }
        }
        var pid: pid_t = 0
        let status = spawn(path, words, output: ends.write, &pid)
        close(ends.write)
        guard status == 0 else {
            close(ends.read)
            throw .notStarted(errno: status)
        }
        return ProbeProcess(pid: pid, output: ends.read)
    }

    /// Without the descriptors of this process, listening sockets among them, which would seem to be served for as long as the probe runs.
    ///
    /// On Linux it ends with this process, and with the calling thread: one that lives as long as the process does.
    private static func spawn(
        _ path: String, _ words: [UnsafeMutablePointer<CChar>?], output: Int32, _ pid: inout pid_t
    ) -> Int32 {
        #if os(Linux)
            return chost_spawn_bound(path, words, output, &pid)
        #else
            var actions: posix_spawn_file_actions_t?
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, output, 2)
            return posix_spawn(&pid, path, &actions, nil, words, environ)
        #endif
    }

    /// A pipe of sorts that children don't inherit: another probe that starts at this moment would keep it open.
    private static func openPipe(_ ends: inout (read: Int32, write: Int32)) -> Bool {
        var descriptors: [Int32] = [-1, -1]
        #if canImport(Darwin)
            guard socketpair(AF_UNIX, SOCK_STREAM, 0, &descriptors) == 0 else { return false }
            for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        #else
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, kind, 0, &descriptors) == 0 else { return false }
        #endif
        ends = (descriptors[0], descriptors[1])
        return true
    }

    /// Reads until the output contains `words` (nil: until it ends), for at most that long. Returns what it read.
    func read(until words: String?, patience: Duration) -> (Outcome, String) {
        let deadline = ContinuousClock.now + patience
        var text = ""
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let left = (deadline - ContinuousClock.now).milliseconds
            guard left > 0 else { return (.deadline, text) }
            var ready = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let polled = poll(&ready, 1, Int32(clamping: left))
            if polled == 0 || (polled < 0 && errno == EINTR) { continue }
            #if canImport(Darwin)
                let count = Darwin.read(output, &chunk, chunk.count)
            #else
                let count = Glibc.read(output, &chunk, chunk.count)
            #endif
            guard count > 0 else { return (.ended, text) }
            text += String(decoding: chunk[..<count], as: UTF8.self)
            if let words, text.contains(words) { return (.said, text) }
        }
    }

    /// Kills it, whatever it does, and waits until it is gone.
    func end() {
        kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        close(output)
    }

    static func message(_ number: Int32) -> String { String(cString: strerror(number)) }
}
