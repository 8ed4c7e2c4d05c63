import Hummingbird
import NIOCore

/// A request's context, with who is at the other end of its connection.
struct PeerContext: Hummingbird.RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Nil if the connection is gone already.
    let peer: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress
    }
}

extension SocketAddress {
    /// Whether only programs of this machine can have it, also where IPv4 comes in through an IPv6 socket.
    var isLoopback: Bool {
        guard let text = ipAddress else { return false }
        return text == "::1" || text.hasPrefix("127.") || text.hasPrefix("::ffff:127.")
    }
}
