import CHost
import NIOCore
import NIOPosix

extension ClientBootstrap {
    /// Marks the connection as Elastane's own: whoever connects through the forwarder was judged where they came in.
    func markedAsOwn() -> ClientBootstrap {
        let option = chost_mark_option()
        guard option != 0 else { return self }
        return channelOption(.socketOption(NIOBSDSocket.Option(rawValue: option)), value: Int(CHOST_TRAFFIC_MARK))
    }
}
