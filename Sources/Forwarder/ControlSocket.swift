import Logging
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The Unix domain socket that commands come through.
enum ControlSocket {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    typealias Listener = NIOAsyncChannel<Connection, Never>

    static func address(_ path: String) throws(ForwarderError) -> SocketAddress {
        // One byte of the field is for the terminating NUL.
        let limit = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
        guard path.utf8.count <= limit, let address = try? SocketAddress(unixDomainSocketPath: path) else {
            throw .socketPathTooLong(path: path, limit: limit)
        }
        return address
    }

    /// Listens at the path, for its owner alone, replacing the socket of a process that is gone. Whatever else has that name is renamed.
    static func listen(_ path: String, _ address: SocketAddress, _ group: any EventLoopGroup) async throws(ForwarderError) -> Listener {
        try putAside(path)
        if await answers(address, group) { throw .alreadyRunning(path: path) }
        do {
            let listener = try await ServerBootstrap(group: group)
                .serverChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(AcceptPause()) }
                }
                // So that a client may end its side and still read the answers.
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
                        return try Connection(wrappingChannelSynchronously: channel)
                    }
                }
            guard chmod(path, 0o600) == 0 else { throw IOError(errnoCode: errno, reason: "chmod") }
            return listener
        } catch {
            throw .cannotListen("\(path): \(error)")
        }
    }

    static func remove(_ path: String) {
        unlink(path)
    }

    /// What is no socket is nobody's door and would keep this one shut for ever; it may be somebody's data, and is kept.
    private static func putAside(_ path: String) throws(ForwarderError) {
        var facts = stat()
        guard lstat(path, &facts) == 0, facts.st_mode & S_IFMT != S_IFSOCK else { return }
        var number = 1
        while lstat("\(path).aside-\(number)", &facts) == 0 {
            number += 1
        }
        let aside = "\(path).aside-\(number)"
        guard rename(path, aside) == 0 else {
            throw .cannotListen("\(path) is no socket and can't be renamed: \(String(cString: strerror(errno)))")
        }
        Logger(label: "forwarder").warning(
            "Something that is no socket had the name of the control socket: renamed", metadata: ["path": "\(path)", "to": "\(aside)"])
    }

    private static func answers(_ address: SocketAddress, _ group: any EventLoopGroup) async -> Bool {
        do {
            let channel = try await ClientBootstrap(group: group).connectTimeout(.seconds(1)).connect(to: address).get()
            try? await channel.close().get()
            return true
        } catch let error as IOError where [ENOENT, ECONNREFUSED, ENOTSOCK].contains(error.errnoCode) {
            return false
        } catch {
            // A full backlog, a timeout: somebody may be there.
            return true
        }
    }
}
