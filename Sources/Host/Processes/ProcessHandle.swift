import CHost
import CacheModel
import Foundation

/// How a process ended.
enum Ending: Equatable, Sendable {
    case code(Int32)
    case signal(Int32)
    /// It was not our child: the system tells its parent alone.
    case unknown

    var description: String {
        switch self {
        case .code(let code): return "exited with code \(code)"
        case .signal(let signal): return "ended by signal \(signal) (\(String(cString: strsignal(signal))))"
        case .unknown: return "ended (exit status unknown)"
        }
    }
}

/// One process held by a descriptor, so that a signal can reach no other that got its number later.
final class ProcessHandle: Sendable {
    let identity: ProcessStatus.Identity
    let descriptor: Int32

    /// Holds the process just spawned by us, which keeps its number until we reap it. On failure it is killed and reaped.
    init(child pid: Int32) throws(HostError) {
        descriptor = chost_pidfd_open(pid)
        var failure = HostError.last("watching process \(pid)")
        if descriptor >= 0 {
            if let entry = ProcessTable.entry(pid) {
                identity = ProcessTable.identity(entry)
                return
            }
            failure = .system("reading /proc/\(pid)/stat", code: ENOENT)
            close(descriptor)
        }
        Foundation.kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        throw failure
    }

    /// Holds a process that exists already. nil if that very one doesn't any more.
    init?(_ identity: ProcessStatus.Identity) {
        let descriptor = chost_pidfd_open(identity.pid)
        guard descriptor >= 0 else { return nil }
        // Looked at after the descriptor was had: it is this process that both speak of.
        guard ProcessTable.exists(identity) else {
            close(descriptor)
            return nil
        }
        self.identity = identity
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Returns false if it could not be delivered: the process has ended, or isn't ours to end.
    @discardableResult
    func signal(_ number: Int32) -> Bool {
        chost_pidfd_signal(descriptor, number) == 0
    }

    /// Asks it to end in good order. One that is paused (SIGSTOP) goes on first: it would hear nothing.
    func terminate() {
        signal(SIGTERM)
        signal(SIGCONT)
    }

    var hasEnded: Bool { waitForEnd(milliseconds: 0) }

    /// Blocks. Returns whether it has ended.
    func waitForEnd(milliseconds: Int32) -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return Foundation.poll(&poll, 1, milliseconds) == 1
    }

    /// Kills it and whatever it forked. Returns false if that could not be delivered.
    @discardableResult
    func kill() -> Bool {
        if chost_pidfd_signal_group(descriptor, SIGKILL) == 0 { return true }
        let isUnknownToKernel = errno == EINVAL
        let isDelivered = signal(SIGKILL)
        if isUnknownToKernel, ProcessTable.exists(identity) { Foundation.kill(-identity.pid, SIGKILL) }
        return isDelivered
    }

    /// How it ended, once it has; a child of ours is gone from the system's table after this.
    ///
    /// What it forked ends with it: a save that goes on would write over the data of the next incarnation.
    func reap() -> Ending {
        kill()
        var status: Int32 = 0
        switch chost_pidfd_reap(descriptor, &status) {
        case 1: return .code(status)
        case 2: return .signal(status)
        default: return .unknown
        }
    }
}
