import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Closes a connection that keeps the broker waiting: silent, in the middle of a TLS handshake or a request, unused, or
/// not taking its answer. What the broker itself needs for an answer is not counted.
///
/// A limit on idle time alone would let a peer hold a connection for ever with one byte now and then.
final class ConnectionTimer: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let times: ConnectionTimes
    private var isReadingRequest = false
    private var unanswered = 0
    private let waiting = ConnectionAlarm()
    private let stalled = ConnectionAlarm()

    init(_ times: ConnectionTimes) {
        self.times = times
    }

    func handlerAdded(context: ChannelHandlerContext) {
        waiting.set(times.request, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        waiting.remove()
        stalled.remove()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isReadingRequest = true
            unanswered += 1
            waiting.set(times.request, context)
        case .body: break
        case .end:
            isReadingRequest = false
            waiting.clear()
            awaitNextRequest(context)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head, .body: break
        case .end:
            // What could not be read as a request is answered too.
            unanswered = max(0, unanswered - 1)
            awaitNextRequest(context)
        }
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stalled.clear()
        } else {
            stalled.set(times.request, context)
        }
        context.fireChannelWritabilityChanged()
    }

    private func awaitNextRequest(_ context: ChannelHandlerContext) {
        guard !isReadingRequest, unanswered == 0 else { return }
        waiting.set(times.keepAlive, context)
    }
}

@available(*, unavailable)
extension ConnectionTimer: Sendable {}
