package import NIOCore

/// Writes commands: an array of bulk strings, which every engine of every age takes.
package enum RESPEncoder {
    package static func write(_ arguments: [String], to buffer: inout ByteBuffer) {
        buffer.writeString("*\(arguments.count)\r\n")
        for argument in arguments {
            buffer.writeString("$\(argument.utf8.count)\r\n")
            buffer.writeString(argument)
            buffer.writeInteger(RESPType.lineEnd)
        }
    }
}
