import CHost
import CacheModel
import Foundation
import Logging
import Sealing

/// Why a process was not started.
struct Refused: Error, Equatable, Sendable {
    let refusal: ProcessStatus.Refusal
    let detail: String

    init(_ refusal: ProcessStatus.Refusal, _ detail: String) {
        self.refusal = refusal
        self.detail = detail
    }
}

/// Starts processes. Everything here blocks.
struct Launcher: Sendable {
    let data: DataDirectory
    let logger: Logger

    /// Starts the process or throws why it was refused; nothing runs then.
    ///
    /// `succeeds`: an earlier incarnation of the same process ran before, and the system may still be closing its sockets.
    /// `key` opens what is sealed.
    func start(_ spec: ProcessSpec, succeeds: Bool, key: DataKey? = nil) throws(Refused) -> ProcessHandle {
        try checkExecutable(spec.executable)
        if let refused = AddressProbe.refusal(of: spec.listens, patience: succeeds ? 20 : 0) { throw refused }
        let directory = ProcessDirectory(data: data, spec)
        if spec.seal != nil, data.memory == nil {
            throw Refused(.directoryUnwritable, "its data is encrypted at rest, and there is no storage in memory: see --memory-dir")
        }
        do throws(HostError) {
            let stayed = try directory.prepare(spec, key: key) { spoilt in
                logger.critical("A sealed file is not as it was sealed: it was set aside", metadata: ["reason": "\(spoilt)"])
            }
            for file in stayed {
                logger.warning("No source to replace a file from: it stays", metadata: ["file": "\(directory.path)/\(file)"])
            }
            // Last before the start: from here on this incarnation counts as started.
            try StartMark(incarnation: spec.incarnation, executable: spec.executable).write(in: directory.path)
        } catch {
            if case .keyUnavailable = error { throw Refused(.keyUnavailable, error.description) }
            throw Refused(.directoryUnwritable, error.description)
        }
        return try spawn(spec, in: directory)
    }

    private func checkExecutable(_ path: String) throws(Refused) {
        var facts = stat()
        guard path.hasPrefix("/"), stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw Refused(.executableMissing, "\(path): no such program")
        }
        guard access(path, X_OK) == 0 else {
            throw Refused(.executableMissing, "\(path): \(String(cString: strerror(errno)))")
        }
    }

    private func spawn(_ spec: ProcessSpec, in directory: ProcessDirectory) throws(Refused) -> ProcessHandle {
        var pid: pid_t = 0
        let code = withCStrings([spec.executable] + spec.arguments) { arguments in
            withCStrings(environment(home: directory.path)) { environment in
                chost_spawn(spec.executable, arguments, environment, directory.path, directory.output, &pid)
            }
        }
        switch code {
        case 0: break
        case ENOENT, EACCES, ENOEXEC:
            throw Refused(.executableMissing, "\(spec.executable): \(String(cString: strerror(code)))")
        case ENOSPC, EDQUOT, EROFS, EIO:
            throw Refused(.directoryUnwritable, "\(directory.output): \(String(cString: strerror(code)))")
        default:
            throw Refused(.startFailed, "\(spec.executable): \(String(cString: strerror(code)))")
        }
        do throws(HostError) {
            return try ProcessHandle(child: pid)
        } catch {
            throw Refused(.startFailed, error.description)
        }
    }

    /// The least a program needs, and nothing of ours: our environment may hold secrets, and any user's tools may show a process's.
    private func environment(home: String) -> [String] {
        var variables = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C", "HOME=\(home)"]
        for name in ["TZ", "LD_LIBRARY_PATH"] {
            if let value = getenv(name) { variables.append("\(name)=\(String(cString: value))") }
        }
        return variables
    }

    private func withCStrings<Result>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
