import NIOCore

/// Closes a connection that keeps the broker waiting: silent, in the middle of a TLS handshake or a request, unused, or
/// not taking its answer. What the broker itself needs for an answer is not counted.
///
/// A limit on idle time alone would let a peer hold a connection for ever with one byte now and then.
final class ConnectionTimer {
    private let times: ConnectionTimes
    private var isReadingRequest = false
    private var unanswered = 0
    private let waiting = ConnectionAlarm()
    private let stalled = ConnectionAlarm()

    init(_ times: ConnectionTimes) {
        self.times = times
    }

    /// The connection is open: now the peer speaks.
    func opened(_ context: ChannelHandlerContext) {
        waiting.set(times.request, context)
    }

    func closed() {
        waiting.remove()
        stalled.remove()
    }

    /// The head of a request has come.
    func requestBegan(_ context: ChannelHandlerContext) {
        isReadingRequest = true
        unanswered += 1
        waiting.set(times.request, context)
    }

    /// All of a request has come.
    func requestEnded(_ context: ChannelHandlerContext) {
        isReadingRequest = false
        waiting.clear()
        awaitNextRequest(context)
    }

    /// Nothing more is read until somebody has been answered.
    func heldBack() {
        waiting.clear()
    }

    /// What the peer has sent meanwhile is read.
    func goesOn(_ context: ChannelHandlerContext) {
        guard isReadingRequest else { return }
        waiting.set(times.request, context)
    }

    /// An answer has been written.
    func answered(_ context: ChannelHandlerContext) {
        // What could not be read as a request is answered too.
        unanswered = max(0, unanswered - 1)
        awaitNextRequest(context)
    }

    /// The peer has begun to take what was written, or has stopped to.
    func writabilityChanged(_ context: ChannelHandlerContext) {
        if context.channel.isWritable {
            stalled.clear()
        } else {
            stalled.set(times.request, context)
        }
    }

    private func awaitNextRequest(_ context: ChannelHandlerContext) {
        guard !isReadingRequest, unanswered == 0 else { return }
        waiting.set(times.keepAlive, context)
    }
}

@available(*, unavailable)
extension ConnectionTimer: Sendable {}
