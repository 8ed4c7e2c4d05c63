import Foundation

/// The folder that holds generated files and nothing else.
struct OutputDirectory {
    var path: String

    /// Writes the files that differ from what is there, and removes Swift files that aren't among them.
    func write(_ files: [String: String]) throws {
        let folder = URL(fileURLWithPath: self.path, isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where name.hasSuffix(".swift") && files[name] == nil {
            try FileManager.default.removeItem(at: folder.appendingPathComponent(name))
        }
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            let contents = Data(text.utf8)
            // An untouched file isn't compiled again.
            guard (try? Data(contentsOf: file)) != contents else { continue }
            try contents.write(to: file, options: .atomic)
        }
    }
}
