import NIOCore
import NIOPosix
import Synchronization

/// A server that answers each connection with the same bytes, whatever it is asked.
final class RawServer: Sendable {
    /// What a connection is answered with.
    struct Script: Sendable {
        var opening: String
        /// Goes on like this until the other side has had enough.
        var refrain: String?
        /// Between two refrains.
        var pause = TimeAmount.milliseconds(1)
        var ending = Ending.silence

        enum Ending: Sendable {
            case silence
            case hangUp
        }
    }

    private let asked = Mutex<[String]>([])

    /// What connections have sent so far.
    var requests: [String] { asked.withLock { $0 } }

    /// Serves for as long as `body` takes, which is told the address.
    static func run(_ script: Script, _ body: (RawServer, String) async throws -> Void) async throws {
        let server = RawServer()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Speaker(script, server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        do {
            try await body(server, "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/")
        } catch {
            try await channel.close()
            throw error
        }
        try await channel.close()
    }

    fileprivate func note(_ request: String) { asked.withLock { $0.append(request) } }
}

private final class Speaker: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: RawServer.Script
    private let server: RawServer
    private var hasSpoken = false

    init(_ script: RawServer.Script, _ server: RawServer) {
        (self.script, self.server) = (script, server)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        server.note(String(buffer: unwrapInboundIn(data)))
        guard !hasSpoken else { return }
        hasSpoken = true
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: script.opening)), promise: nil)
        let channel = context.channel
        if let refrain = script.refrain {
            let buffer = ByteBuffer(string: refrain)
            let task = context.eventLoop.scheduleRepeatedTask(initialDelay: script.pause, delay: script.pause) { _ in
                guard channel.isWritable else { return }
                channel.writeAndFlush(buffer, promise: nil)
            }
            channel.closeFuture.whenComplete { _ in task.cancel() }
        }
        switch script.ending {
        case .silence: break
        case .hangUp: context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
