import CHost
import Foundation

/// This machine's packet filter, through its own program. Every call blocks.
struct PacketFilter: Sendable {
    /// Why it did not do what it was told.
    struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
        let description: String
    }

    private static let patience: Int32 = 10_000
    private static let directories = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"]
    private static let file = "firewall.nft"
    private static let output = "firewall.log"

    let data: DataDirectory
    let table: FirewallTable

    init(data: DataDirectory) {
        self.data = data
        table = FirewallTable(dataDirectory: data.path)
    }

    /// Nil where it is not installed.
    static var program: String? {
        let path = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").map(String.init)
        return (path + directories).map { $0 + "/nft" }.first { access($0, X_OK) == 0 }
    }

    /// What is to hold from now on stays beside the records, for people to read.
    func apply(_ text: String) throws(Failure) {
        do throws(HostError) {
            try PlainFile.write(text, to: Self.file, in: data.path)
        } catch {
            throw Failure(description: error.description)
        }
        try run(["-f", "\(data.path)/\(Self.file)"])
    }

    /// Whether the table is there: somebody may have flushed all that the machine filters.
    var isInForce: Bool {
        do throws(Failure) {
            try run(["list", "chain", "inet", table.name, "incoming"])
            return true
        } catch {
            return false
        }
    }

    private func run(_ arguments: [String]) throws(Failure) {
        #if os(Linux)
            guard let program = Self.program else {
                throw Failure(description: "nft is not installed (Debian and Ubuntu: apt-get install nftables)")
            }
            let output = "\(data.path)/\(Self.output)"
            unlink(output)
            defer { unlink(output) }
            var pid: pid_t = 0
            let code = Self.withCStrings([program] + arguments) { arguments in
                Self.withCStrings(["LANG=C"]) { environment in
                    chost_spawn(program, arguments, environment, data.path, output, &pid)
                }
            }
            guard code == 0 else { throw Failure(description: "\(program): \(String(cString: strerror(code)))") }
            try Self.wait(for: pid, output)
        #else
            throw Failure(description: "packets are filtered on Linux only")
        #endif
    }

    private static func wait(for pid: pid_t, _ output: String) throws(Failure) {
        let process: ProcessHandle
        do throws(HostError) {
            process = try ProcessHandle(child: pid)
        } catch {
            throw Failure(description: error.description)
        }
        let ended = process.waitForEnd(milliseconds: patience)
        let ending = process.reap()
        guard ended else { throw Failure(description: "nft did not end within \(patience / 1000) seconds") }
        if ending == .code(0) { return }
        let said = PlainFile.text(output) ?? ""
        let line = said.split(separator: "\n").first.map(String.init) ?? ending.description
        let rights = line.contains("Operation not permitted") ? ": it needs root, or CAP_NET_ADMIN" : ""
        throw Failure(description: "nft: \(line)\(rights)")
    }

    private static func withCStrings<Result>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
