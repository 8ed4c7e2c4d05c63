import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many clients this process can serve: each takes two descriptors, and some must be left for everything else.
final class Capacity: Sendable {
    let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// As many as the process may have descriptors for, after raising its own limit as far as it is allowed to.
    static func ofThisProcess() -> Capacity {
        let reserve = 128
        return Capacity(limit: max(1, (descriptors() - reserve) / 2))
    }

    func take() -> Bool {
        taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
    }

    func giveBack() {
        taken.withLock { $0 -= 1 }
    }

    private static func descriptors() -> Int {
        #if canImport(Glibc)
            let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let files = RLIMIT_NOFILE
        #endif
        var current = rlimit()
        guard getrlimit(files, &current) == 0 else { return 1_024 }
        var raised = current
        raised.rlim_cur = min(current.rlim_max, 1 << 20)
        if raised.rlim_cur > current.rlim_cur, setrlimit(files, &raised) == 0 { current = raised }
        return Int(min(current.rlim_cur, 1 << 20))
    }
}
