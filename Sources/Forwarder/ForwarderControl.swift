import Foundation
import NIOCore
import NIOPosix

/// Commands a forwarder through its control socket.
///
/// Each call is a connection of its own, so that nothing needs mending when the forwarder was restarted. Every command
/// may be repeated.
package struct ForwarderControl: Sendable {
    private let path: String
    private let timeout: TimeAmount

    /// The timeout is for one call, from connecting to the answer.
    package init(path: String, timeout: Duration = .seconds(2)) {
        self.path = path
        self.timeout = TimeAmount(timeout)
    }

    /// Makes a route, or changes the one of that name. New connections go to the new targets when this returns.
    /// With `closingRemoved`, connections to targets that the route no longer names are closed.
    package func set(_ route: ForwardRoute, closingRemoved: Bool = false) async throws(ForwarderError) {
        _ = try await send(ControlCommand(set: route, close: closingRemoved))
    }

    /// Stops listening and drops the route's clients. An unknown name is no error.
    package func remove(_ name: String) async throws(ForwarderError) {
        _ = try await send(ControlCommand(remove: name))
    }

    /// Every route, in the order of names.
    package func list() async throws(ForwarderError) -> [ForwardStatus] {
        guard let routes = try await send(ControlCommand(list: true)).routes else {
            throw .unknownOutcome("the forwarder's answer holds no routes")
        }
        return routes
    }

    private func send(_ command: ControlCommand) async throws(ForwarderError) -> ControlReply {
        let address = try ControlSocket.address(path)
        let deadline = NIODeadline.now() + timeout
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(timeout)
                .connect(to: address)
                .get()
        } catch {
            throw .unreachable("\(path): \(error)")
        }
        let reply: ControlReply
        do {
            let line = try await Self.exchange(try ControlLine.encode(command), on: channel, until: deadline)
            reply = try ControlLine.decode(ControlReply.self, from: line)
        } catch {
            channel.close(promise: nil)
            throw .unknownOutcome("\(path): \(error)")
        }
        channel.close(promise: nil)
        guard reply.ok else { throw .refused(reply.error ?? "no reason given") }
        return reply
    }

    private static func exchange(_ line: ByteBuffer, on channel: any Channel, until deadline: NIODeadline) async throws -> ByteBuffer {
        let answer = channel.eventLoop.makePromise(of: ByteBuffer.self)
        let timer = channel.eventLoop.scheduleTask(deadline: deadline) { answer.fail(ReplyHandler.Failure.noAnswerInTime) }
        defer { timer.cancel() }
        channel.eventLoop.execute {
            do {
                let handlers: [any ChannelHandler] = [ByteToMessageHandler(LineDecoder()), ReplyHandler(answer)]
                try channel.pipeline.syncOperations.addHandlers(handlers)
                channel.writeAndFlush(line, promise: nil)
                // It may have closed before there was a handler to see it.
                if !channel.isActive { answer.fail(ReplyHandler.Failure.closedWithoutAnswer) }
            } catch {
                answer.fail(error)
            }
        }
        return try await answer.futureResult.get()
    }
}

/// Hands the first line to whoever waits for it.
private final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    enum Failure: Error { case noAnswerInTime, closedWithoutAnswer }

    private let answer: EventLoopPromise<ByteBuffer>

    init(_ answer: EventLoopPromise<ByteBuffer>) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { answer.succeed(Self.unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { answer.fail(Failure.closedWithoutAnswer) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { answer.fail(error) }
}
