import CacheModel
import Foundation

/// How specs and statuses are written in records: JSON.
enum ProcessRecords {
    static func encode(_ spec: ProcessSpec) throws -> Data { try encoder().encode(spec) }
    static func encode(_ status: ProcessStatus) throws -> Data { try encoder().encode(status) }
    static func spec(_ data: Data) throws -> ProcessSpec { try JSONDecoder().decode(ProcessSpec.self, from: data) }
    static func status(_ data: Data) throws -> ProcessStatus { try JSONDecoder().decode(ProcessStatus.self, from: data) }

    private static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
