import Foundation
import NIOPosix

/// Asks a build what it is and can do, by running it for a moment on a socket in a directory of its own, without a port or data.
struct BuildProbe: Sendable {
    static let patience: Duration = .seconds(3)
    /// One of these is said, in one form or another, by every engine that is ready for clients on a Unix socket.
    private static let readiness = "eady to accept connections"

    let path: String

    func build() async throws(ProbeFailure) -> EngineBuild {
        let directory = try ProbeDirectory.make()
        defer { directory.remove() }
        let answers = try await ask(in: directory.path)
        guard answers.parameters.contains("tls-port") else { return answers.build(path: path, servesTLS: false) }
        return answers.build(path: path, servesTLS: try await servesTLS(in: directory.path))
    }

    private func arguments(in directory: String) -> [String] {
        [
            "--port", "0", "--daemonize", "no", "--save", "", "--appendonly", "no", "--dir", directory, "--logfile", "",
            "--loglevel", "notice",
        ]
    }

    private func ask(in directory: String) async throws(ProbeFailure) -> ProbeAnswers {
        let socket = directory + "/socket"
        let process = try await blocking { [path, arguments] () throws(ProbeFailure) in
            let process = try ProbeProcess.start(path, arguments(directory) + ["--unixsocket", socket])
            let (outcome, words) = process.read(until: Self.readiness, patience: Self.patience)
            guard outcome == .said else {
                process.end()
                throw outcome == .ended ? .ended(Self.tail(words)) : .tooSlow(Self.tail(words))
            }
            return process
        }
        let answers = await Self.answers(from: socket)
        try await blocking { () throws(ProbeFailure) in process.end() }
        return try answers.get()
    }

    private static func answers(from socket: String) async -> Result<ProbeAnswers, ProbeFailure> {
        do throws(EngineError) {
            let connection = try await EngineConnection.connect(socketPath: socket, deadline: patience)
            let replies = await connection.send(batch: ProbeAnswers.questions, within: patience)
            await connection.close()
            return ProbeAnswers.read(replies)
        } catch {
            return .failure(.engine(error))
        }
    }

    /// A build with TLS stops for want of a certificate, one without for want of TLS. (To ask a running one kills some.)
    private func servesTLS(in directory: String) async throws(ProbeFailure) -> Bool {
        try await blocking { [path, arguments] () throws(ProbeFailure) in
            let process = try ProbeProcess.start(path, arguments(directory) + ["--tls-port", "1"])
            defer { process.end() }
            let (_, words) = process.read(until: nil, patience: Self.patience)
            return words.contains("Failed to configure TLS")
        }
    }

    /// What explains an early end: its last line.
    private static func tail(_ words: String) -> String {
        let lines = words.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        return String((lines.last { !$0.isEmpty } ?? "it said nothing").prefix(300))
    }

    /// On a thread that may wait.
    private func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws(ProbeFailure) -> Value
    ) async throws(ProbeFailure) -> Value {
        do {
            return try await NIOThreadPool.singleton.runIfActive { try body() }
        } catch {
            throw error as? ProbeFailure ?? .engine(.unreachable("\(error)"))
        }
    }
}
