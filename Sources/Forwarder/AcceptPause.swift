import NIOCore

/// Stops accepting for a moment when it fails, say for want of descriptors; the listener goes on afterwards.
///
/// NIO leaves a listener registered after such an error, so that it fails again at once and keeps a core busy. Its own
/// `AcceptBackoffHandler` only delays reads to come, not the one that is pending.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel

    private static let length = TimeAmount.milliseconds(100)

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError, let options = context.channel.syncOptions else { return context.fireErrorCaught(error) }
        // That the option can't be set means that the listener is closed, and then there is nothing to pause.
        guard (try? options.setOption(.autoRead, value: false)) != nil else { return }
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.length) {
            try? options.setOption(.autoRead, value: true)
        }
    }
}
