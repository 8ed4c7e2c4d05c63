import CHost
import NIOCore
import NIOPosix

extension ClientBootstrap {
    /// Marks a connection to a node as Elastane's own, which a packet filter lets through: not one to a Unix socket.
    func markedAsOwn(_ address: SocketAddress) -> ClientBootstrap {
        let option = chost_mark_option()
        guard option != 0, address.port != nil else { return self }
        return channelOption(.socketOption(NIOBSDSocket.Option(rawValue: option)), value: Int(CHOST_TRAFFIC_MARK))
    }
}
