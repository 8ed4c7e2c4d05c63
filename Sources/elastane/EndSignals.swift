import Foundation
import Synchronization

/// SIGTERM and SIGINT, told by a handler that writes to a pipe.
///
/// Not by a source of Dispatch: the main thread, which waits in `dispatchMain` with no signal blocked, now and then takes one for itself that
/// the source then never sees, so that the service would go on for ever.
enum EndSignals {
    /// Read by the handler, which may not wait for a lock.
    private static let writing = Atomic<Int32>(-1)

    /// Begins to take them, and tells each. Once per process.
    static func taken() -> AsyncStream<Int32> {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else { return AsyncStream { $0.finish() } }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        writing.store(ends[1], ordering: .sequentiallyConsistent)
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        let reading = ends[0]
        Thread.detachNewThread {
            var number: UInt8 = 0
            while true {
                let count = read(reading, &number, 1)
                if count == 1 { continuation.yield(Int32(number)) }
                if count == 0 || count < 0 && errno != EINTR { return continuation.finish() }
            }
        }
        for signal in [SIGTERM, SIGINT] { Foundation.signal(signal) { EndSignals.tell($0) } }
        return stream
    }

    private static func tell(_ signal: Int32) {
        let before = errno
        var number = UInt8(truncatingIfNeeded: signal)
        _ = write(writing.load(ordering: .sequentiallyConsistent), &number, 1)
        errno = before
    }
}
