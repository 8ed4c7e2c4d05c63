import CacheModel
import Foundation
import Sealing

/// Sealed files on the disk. Everything here blocks, and holds a part of a file in memory, never a whole one.
enum SealedFile {
    /// Bytes that are read at a time.
    private static let piece = 1 << 20

    /// What it says of itself; nil where there is none, or none of ours.
    static func header(_ path: String) -> SealedHeader? {
        guard let head = PlainFile.bytes(path, limit: 8192) else { return nil }
        return (try? SealedHeader.parse(head[...])).flatMap(\.self)?.header
    }

    static func seal(
        _ source: String, as header: SealedHeader, to target: String, in directory: String, _ key: DataKey, while isWanted: () -> Bool
    ) throws(HostError) {
        let draft = directory + "/." + (target as NSString).lastPathComponent + ".new"
        do {
            let input = try FileBytes(reading: source)
            let output = try FileBytes(creating: draft)
            var writer = try SealWriter(header, key: key)
            try output.write(writer.beginning)
            while let bytes = try input.read(piece) {
                guard isWanted() else { throw HostError.interrupted }
                try output.write(try writer.add(bytes[...]))
            }
            try output.write(try writer.finish())
            try output.synchronise()
            guard rename(draft, target) == 0 else { throw HostError.last(target) }
        } catch {
            unlink(draft)
            throw error as? HostError ?? .system("sealing \(source): \(error)", code: EIO)
        }
        try PlainFile.synchronise(directory)
    }

    /// - Throws: `spoilt` where it is not as it was sealed, or is another process's or another file.
    static func unseal(_ source: String, of process: String, _ file: String, to target: String, _ key: DataKey) throws(HostError) {
        unlink(target)
        do {
            let input = try FileBytes(reading: source)
            let output = try FileBytes(creating: target)
            let header = try open(input, process, file, to: output, key)
            try output.synchronise()
            output.setTime(header.time)
        } catch {
            unlink(target)
            throw error as? HostError ?? .spoilt(path: source, reason: "\(error)")
        }
    }

    private static func open(
        _ input: FileBytes, _ process: String, _ file: String, to output: FileBytes, _ key: DataKey
    ) throws -> SealedHeader {
        var head: [UInt8] = []
        var parsed: (header: SealedHeader, size: Int)?
        while parsed == nil {
            guard let bytes = try input.read(piece) else { throw SealingError.notSealed }
            head += bytes
            parsed = try SealedHeader.parse(head[...])
        }
        guard let (header, size) = parsed else { throw SealingError.notSealed }
        guard header.process == process, header.file == file else {
            throw SealingError.misplaced(process: header.process, file: header.file)
        }
        var reader = SealReader(header, beginning: Array(head.prefix(size)), key: key)
        try output.write(try reader.add(head.dropFirst(size)))
        while let bytes = try input.read(piece) { try output.write(try reader.add(bytes[...])) }
        try output.write(try reader.finish())
        return header
    }
}
