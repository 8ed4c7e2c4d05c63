import Foundation

extension DataDirectory {
    /// Text of a file at the top of the directory; nil if there is none. At most 1 MiB.
    ///
    /// - Throws: for a file that is there and can't be read.
    package func text(of name: String) throws(HostError) -> String? {
        let file = path + "/" + name
        // A link to what is not there, or not yet, is no absence.
        var facts = stat()
        guard lstat(file, &facts) == 0 else {
            guard errno == ENOENT else { throw .last(file) }
            return nil
        }
        guard let bytes = PlainFile.bytes(file, limit: 1 << 20) else { throw .last(file) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Text of a file of that name in the directory of each process that has one, in no order. At most 64 KiB each.
    package func texts(inProcessDirectories name: String) -> [String] {
        allNodes.flatMap { nodes in
            ((try? FileManager.default.contentsOfDirectory(atPath: nodes)) ?? []).compactMap { PlainFile.text("\(nodes)/\($0)/\(name)") }
        }
    }

    /// Writes a file at the top of the directory that only its owner can read: complete under its name or not there at all, also after a
    /// loss of power. Blocks.
    package func write(_ text: String, to name: String) throws(HostError) {
        try PlainFile.write(text, to: name, in: path, durably: true)
    }
}
