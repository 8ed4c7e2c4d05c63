import CHost
import Foundation
import Synchronization

/// One thread that waits for the end of any number of processes, and tells at once.
///
/// A thread with epoll and not a dispatch source: the kernel shows pidfds as regular files, and dispatch takes those for always readable.
final class ExitWatch: Sendable {
    private struct Handlers {
        var next: UInt64 = 1
        var waiting: [UInt64: @Sendable () -> Void] = [:]
    }

    private let exits: Int32
    private let wake: Int32
    private let handlers = Mutex(Handlers())

    init() throws(HostError) {
        var wake: Int32 = -1
        exits = chost_exits_open(&wake)
        guard exits >= 0 else { throw .last("watching processes") }
        self.wake = wake
        let thread = Thread { [self] in wait() }
        thread.name = "exit-watch"
        thread.start()
    }

    /// Calls the handler once, on the watching thread, when the process has ended. It may have ended before.
    ///
    /// Returns false if it can't be watched: no memory, or too many watches.
    func watch(_ process: ProcessHandle, _ handler: @escaping @Sendable () -> Void) -> Bool {
        let token = handlers.withLock { handlers in
            defer { handlers.next += 1 }
            handlers.waiting[handlers.next] = handler
            return handlers.next
        }
        guard chost_exits_add(exits, process.descriptor, token) == 0 else {
            _ = handlers.withLock { $0.waiting.removeValue(forKey: token) }
            return false
        }
        return true
    }

    /// Forgets the process: its handler is not called from now on, unless it is being called.
    func forget(_ process: ProcessHandle) {
        _ = chost_exits_remove(exits, process.descriptor)
    }

    /// Ends the thread. Handlers that have not been called never are.
    func close() {
        _ = chost_exits_wake(wake)
    }

    private func wait() {
        var tokens = [UInt64](repeating: 0, count: 64)
        while true {
            let count = chost_exits_wait(exits, &tokens, Int32(tokens.count))
            // Token 0 is the wake-up.
            guard count >= 0, !tokens[..<Int(count)].contains(0) else { break }
            for token in tokens[..<Int(count)] {
                let handler = handlers.withLock { $0.waiting.removeValue(forKey: token) }
                handler?()
            }
        }
        handlers.withLock { $0.waiting = [:] }
        Foundation.close(exits)
        Foundation.close(wake)
    }
}
