import Foundation

/// Small files, read and written whole. Reading waits for nobody: what is a pipe can't be read.
enum PlainFile {
    /// At most `limit` bytes from the start. nil if it can't be read. Right for /proc, whose files say that they are empty.
    static func bytes(_ path: String, limit: Int = 65_536) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return bytes(descriptor, from: 0, limit: limit)
    }

    static func text(_ path: String) -> String? {
        bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// At most `limit` bytes from the end.
    static func tail(_ path: String, limit: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        return bytes(descriptor, from: max(0, Int(size) - limit), limit: limit)
    }

    static func linkTarget(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        return count < 0 ? nil : String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The file's size in bytes, nil if it isn't there.
    static func size(_ path: String) -> Int? {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int(facts.st_size) : nil
    }

    /// When it was last written, in nanoseconds since 1970; nil if it isn't there.
    static func modificationTime(_ path: String) -> Int64? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        #if canImport(Darwin)
            return Int64(facts.st_mtimespec.tv_sec) * 1_000_000_000 + Int64(facts.st_mtimespec.tv_nsec)
        #else
            return Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
        #endif
    }

    /// Writes a file that only its owner can read: complete under its name, or not there at all.
    ///
    /// Only `durably` does that hold after a loss of power, and is the file certain to be there: it costs two waits for the disk.
    static func write(_ contents: String, to name: String, in directory: String, durably: Bool = false) throws(HostError) {
        let target = directory + "/" + name
        let draft = directory + "/." + name + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .last(draft) }
        do throws(HostError) {
            defer { close(descriptor) }
            // A draft left by a crash keeps the rights it was made with.
            guard fchmod(descriptor, 0o600) == 0 else { throw .last(draft) }
            try write(Array(contents.utf8), to: descriptor, path: draft)
            if durably, fsync(descriptor) != 0 { throw .last(draft) }
        } catch {
            unlink(draft)
            throw error
        }
        guard rename(draft, target) == 0 else { throw .last(target) }
        if durably { try synchronise(directory) }
    }

    /// Waits until a file's contents, or a directory's entries, would survive a loss of power.
    static func synchronise(_ path: String) throws(HostError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .last(path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .last(path) }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(HostError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Foundation.write(descriptor, raw.baseAddress.map { $0 + written }, raw.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw .last(path)
            }
        }
    }

    private static func bytes(_ descriptor: Int32, from offset: Int, limit: Int) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        var filled = 0
        while filled < limit {
            let count = buffer.withUnsafeMutableBytes { raw in
                pread(descriptor, raw.baseAddress.map { $0 + filled }, limit - filled, off_t(offset + filled))
            }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if errno != EINTR {
                return nil
            }
        }
        buffer.removeLast(limit - filled)
        return buffer
    }
}
