import NIOCore

/// The head of a frame of Memcached's binary protocol, of which a client says with its first byte that it speaks it.
struct MemcachedFrame: Equatable {
    static let length = 24
    static let request: UInt8 = 0x80
    static let response: UInt8 = 0x81

    let magic: UInt8
    let opcode: UInt8
    let keyLength: Int
    let extrasLength: Int
    /// Extras and key included.
    let bodyLength: Int
    /// What the answer comes with again.
    let opaque: UInt32

    /// Nil while there is less than a head. Nothing is taken.
    init?(at buffer: ByteBuffer) {
        let start = buffer.readerIndex
        guard buffer.readableBytes >= Self.length, let magic = buffer.getInteger(at: start, as: UInt8.self),
            let opcode = buffer.getInteger(at: start + 1, as: UInt8.self), let key = buffer.getInteger(at: start + 2, as: UInt16.self),
            let extras = buffer.getInteger(at: start + 4, as: UInt8.self), let body = buffer.getInteger(at: start + 8, as: UInt32.self),
            let opaque = buffer.getInteger(at: start + 12, as: UInt32.self)
        else { return nil }
        self.magic = magic
        self.opcode = opcode
        keyLength = Int(key)
        extrasLength = Int(extras)
        bodyLength = Int(body)
        self.opaque = opaque
    }

    /// Opcodes that matter here.
    enum Opcode {
        static let quit: Set<UInt8> = [0x07, 0x17]
        /// Every node answers it, whatever came before.
        static let noop: UInt8 = 0x0A
        static let get: Set<UInt8> = [0x00, 0x09, 0x0C, 0x0D]
        /// `config get` and its like, which are the service's own: engines have no word for them, and wait for more where one has a body.
        static let configuration: ClosedRange<UInt8> = 0x60...0x68
        static let configurationGet: ClosedRange<UInt8> = 0x60...0x63
        /// Which answer with the key, too.
        static let withKey: Set<UInt8> = [0x0C, 0x0D, 0x62, 0x63]
        /// Which are silent about what is not there.
        static let quiet: Set<UInt8> = [0x09, 0x0D, 0x61, 0x63]
    }

    /// A frame to a node whose answer comes in its turn, and is known by its opcode.
    var marker: ByteBuffer { Self.frame(Self.request, Opcode.noop, opaque: opaque) }

    enum Status: UInt16 {
        case found = 0
        case absent = 1
        case unknownCommand = 0x81
    }

    /// The answer to this request. `version` tells one value from another.
    func answer(_ status: Status, key: String = "", value: String, version: UInt64 = 0) -> ByteBuffer {
        // Flags, as every value has them.
        let extras: [UInt8] = status == .found ? [0, 0, 0, 0] : []
        return Self.frame(
            Self.response, opcode, opaque: opaque, status: status.rawValue, extras: extras,
            key: Opcode.withKey.contains(opcode) && status == .found ? key : "", value: value, version: version)
    }

    private static func frame(
        _ magic: UInt8, _ opcode: UInt8, opaque: UInt32, status: UInt16 = 0, extras: [UInt8] = [], key: String = "", value: String = "",
        version: UInt64 = 0
    ) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(magic)
        buffer.writeInteger(opcode)
        buffer.writeInteger(UInt16(key.utf8.count))
        buffer.writeInteger(UInt8(extras.count))
        buffer.writeInteger(UInt8(0))
        buffer.writeInteger(status)
        buffer.writeInteger(UInt32(extras.count + key.utf8.count + value.utf8.count))
        buffer.writeInteger(opaque)
        buffer.writeInteger(version)
        buffer.writeBytes(extras)
        buffer.writeString(key)
        buffer.writeString(value)
        return buffer
    }
}
