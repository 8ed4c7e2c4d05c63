/// Frames of Memcached's binary protocol, as clients and nodes write them.
enum Frames {
    static func frame(
        _ magic: UInt8, _ opcode: UInt8, extras: [UInt8] = [], key: String = "", value: [UInt8] = [], opaque: UInt8 = 0
    ) -> [UInt8] {
        let length = extras.count + key.utf8.count + value.count
        let head: [UInt8] = [
            magic, opcode, 0, UInt8(key.utf8.count), UInt8(extras.count), 0, 0, 0, 0, 0, UInt8(length >> 8), UInt8(length & 0xFF),
        ]
        return head + [0, 0, 0, opaque] + [UInt8](repeating: 0, count: 8) + extras + Array(key.utf8) + value
    }
}
