import CHost
import Foundation

/// Facts about this machine, for the start and for `doctor`. nil means that this system doesn't say.
package enum Machine {
    /// Open files allowed to this process and those it starts.
    package struct FileLimit: Sendable, Equatable {
        package let soft: UInt64
        package let hard: UInt64
    }

    package static var fileLimit: FileLimit {
        var limit = rlimit()
        getrlimit(openFiles, &limit)
        return FileLimit(soft: UInt64(limit.rlim_cur), hard: UInt64(limit.rlim_max))
    }

    /// Raises the soft limit to the hard one, at most a million: an engine needs a descriptor per client and inherits ours.
    @discardableResult
    package static func raiseFileLimit() -> FileLimit {
        var limit = rlimit()
        let wanted = { (limit: rlimit) in min(limit.rlim_max, 1_048_576) }
        if getrlimit(openFiles, &limit) == 0, limit.rlim_cur < wanted(limit) {
            limit.rlim_cur = wanted(limit)
            setrlimit(openFiles, &limit)
        }
        return fileLimit
    }

    /// Neither this process nor any that it starts leaves its memory on the disk when it crashes. Where a program takes dumps in, a limit of 0
    /// would not count: 1 does (core(5), and `do_coredump` of the kernel).
    package static func forbidCoreDumps() {
        var limit = rlimit(rlim_cur: 1, rlim_max: 1)
        setrlimit(coreSize, &limit)
    }

    /// The devices that memory may be written to. Empty where there is none, or the system doesn't say.
    package static var swaps: [String] {
        (PlainFile.text("/proc/swaps") ?? "").split(separator: "\n").dropFirst().compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
    }

    /// vm.overcommit_memory: with 0 or 2 a background save can fail for want of memory that it would never use.
    package static var overcommitMemory: Int? { number("/proc/sys/vm/overcommit_memory") }

    /// net.core.somaxconn: the longest queue of connections waiting to be accepted.
    package static var listenBacklogLimit: Int? { number("/proc/sys/net/core/somaxconn") }

    /// `always`, `madvise` or `never`. `always` costs engines latency and memory while they save.
    package static var transparentHugePages: String? {
        guard let text = PlainFile.text("/sys/kernel/mm/transparent_hugepage/enabled"),
            let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"), open < close
        else { return nil }
        return String(text[text.index(after: open)..<close])
    }

    /// Bytes that can be had without swapping.
    package static var availableMemory: Int? {
        guard let text = PlainFile.text("/proc/meminfo") else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
        }
        return nil
    }

    /// Bytes that programs may have together: the machine's, or fewer in a container that has a limit.
    package static var memory: Int? {
        let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"].compactMap(number)
        let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        return ([physical] + limits).filter { $0 > 0 }.min()
    }

    /// Changes with every start of the machine.
    package static let bootID: String =
        PlainFile.text("/proc/sys/kernel/random/boot_id")?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""

    /// As the machine calls itself: no name server is asked.
    package static var hostName: String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "" }
        return String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The running program's own file.
    package static var executablePath: String? {
        #if os(Linux)
            return PlainFile.linkTarget("/proc/self/exe")
        #else
            return Bundle.main.executablePath
        #endif
    }

    /// Whether a process of ours may listen on the address now; with port 0, on any free port of it.
    package static func canBind(_ address: String, port: Int = 0) -> Bool {
        AddressProbe.bind(address: address, port: port) == 0
    }

    /// Keeps resident memory low: glibc makes up to 8 malloc arenas per core. Call before threads start.
    package static func limitMallocArenas(_ count: Int = 2) {
        chost_limit_arenas(Int32(count))
    }

    private static func number(_ path: String) -> Int? {
        PlainFile.text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    #if canImport(Glibc)
        private static let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        private static let coreSize = __rlimit_resource_t(RLIMIT_CORE.rawValue)
    #else
        private static let openFiles = RLIMIT_NOFILE
        private static let coreSize = RLIMIT_CORE
    #endif
}
