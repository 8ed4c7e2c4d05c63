/// A note in a process's directory, written just before the process is started: which incarnation, of which program.
///
/// The status record is written after the start, so that a crash between the two leaves a process that nothing speaks of. With this note
/// it can be told which incarnation that is, and that an incarnation was started even if it has ended since.
struct StartMark: Equatable, Sendable {
    let incarnation: Int
    let executable: String

    static let file = ".started"

    init(incarnation: Int, executable: String) {
        self.incarnation = incarnation
        self.executable = executable
    }

    init?(directory: String) {
        guard let text = PlainFile.text(directory + "/" + Self.file), text.hasSuffix("\n") else { return nil }
        let parts = text.dropLast().split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let incarnation = Int(parts[0]) else { return nil }
        self.init(incarnation: incarnation, executable: String(parts[1]))
    }

    func write(in directory: String) throws(HostError) {
        try PlainFile.write("\(incarnation) \(executable)\n", to: Self.file, in: directory)
    }
}
