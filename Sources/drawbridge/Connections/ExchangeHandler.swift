import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Hands the requests of a connection to the task that answers them, one after the other, and writes its answers.
///
/// While a request waits for its turn, nothing more is read.
final class ExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// How far the connection is on its way to its end; it never goes back.
    private enum Life: Int, Comparable {
        case open
        /// The server stops: the next answer is the last.
        case closing
        /// The peer sends no more: the requests that wait are the last.
        case ended
        /// What the peer sent after the requests that wait is none.
        case malformed
        /// Nothing is written any more.
        case over

        static func < (lhs: Life, rhs: Life) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// More requests than a single read can bring.
    private static let mostWaiting = 8192

    private var life = Life.open
    private var assembly: RequestAssembly
    /// What is answered to what is no request.
    private let refusal: HTTPResponse
    private let date: DateField
    private let logger: Logger
    private let timer: ConnectionTimer
    private var waiting = CircularBuffer<ReceivedRequest>(initialCapacity: 1)
    private var asking: CheckedContinuation<ReceivedRequest?, Never>?
    /// Whoever waits for the peer to take what was written.
    private var writing: CheckedContinuation<Void, Never>?
    private var holdsBackRead = false
    private var context: ChannelHandlerContext?

    init(
        _ assembly: RequestAssembly, _ timer: ConnectionTimer, refusal: HTTPResponse, _ date: DateField,
        _ logger: Logger
    ) {
        self.assembly = assembly
        self.timer = timer
        self.refusal = refusal
        self.date = date
        self.logger = logger
    }

    /// The next request; nil if there will be none, and then the connection is closed.
    func nextRequest() async -> ReceivedRequest? {
        if let received = waiting.popFirst() {
            readOn()
            return received
        }
        if mayBringMore, let received = await withCheckedContinuation({ ask($0) }) { return received }
        if life == .malformed { await write(refusal, ByteBuffer(), then: .close) }
        // Closing our side only leaves the peer the time to read what it was told.
        context?.close(mode: life == .ended || life == .malformed ? .output : .all, promise: nil)
        return nil
    }

    private func ask(_ continuation: CheckedContinuation<ReceivedRequest?, Never>) {
        asking = continuation
        askForBody()
    }

    /// Has a peer that waits for it send its body (RFC 9110 §10.1.1), once all requests before have been answered.
    private func askForBody() {
        guard asking != nil, assembly.isHeldBack, let context else { return }
        assembly.bodyWasAskedFor()
        let head = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Writes the answer to `received`; returns when the peer has taken enough of it to be given another.
    func answer(_ received: ReceivedRequest, with response: Response) async {
        let body = AnswerBody()
        // RFC 9110 §9.3.2: what GET would be given is only described.
        let isDescription = received.request.method == .head
        do {
            if !isDescription { try await response.body.write(body) }
        } catch {
            end(.over)
        }
        switch life {
        case .open, .malformed: await write(response.head, body.buffer, then: .goOn)
        case .ended: await write(response.head, body.buffer, then: waiting.isEmpty ? .close : .goOn)
        case .closing:
            waiting.removeAll()
            await write(response.head, body.buffer, then: .close)
            end(.over)
        case .over: break
        }
    }

    private func write(_ head: HTTPResponse, _ body: ByteBuffer, then next: ReceivedRequest.Afterwards) async {
        guard let context else { return }
        var head = HTTPResponseHead(head)
        head.headers.add(name: "Date", value: date.value)
        // RFC 9112 §9.6.
        if next == .close { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if body.readableBytes > 0 { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        timer.answered(context)
        switch next {
        case .goOn:
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            if life != .over, !context.channel.isWritable { await withCheckedContinuation { writing = $0 } }
        case .close:
            // Where the peer has closed its side, closing ours would drop what has not been sent.
            try? await context.writeAndFlush(wrapOutboundOut(.end(nil))).get()
        }
    }

    private var mayBringMore: Bool {
        switch life {
        case .open: true
        case .closing: !assembly.isBetweenRequests
        case .ended, .malformed, .over: false
        }
    }

    private func end(_ life: Life) {
        self.life = max(self.life, life)
        stopAskingInVain()
        guard life == .over else { return }
        waiting.removeAll()
        writing.take()?.resume()
    }

    private func stopAskingInVain() {
        if !mayBringMore { asking.take()?.resume(returning: nil) }
    }

    private func readOn() {
        guard holdsBackRead, waiting.isEmpty, let context else { return }
        holdsBackRead = false
        timer.goesOn(context)
        context.read()
    }
}

extension ExchangeHandler {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        timer.opened(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        timer.closed()
        end(.over)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.over)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard life <= .closing else { return }
        let part = unwrapInboundIn(data)
        switch part {
        case .head: timer.requestBegan(context)
        case .body: break
        case .end: timer.requestEnded(context)
        }
        do {
            if let received = try assembly.add(part) { handOver(received) }
        } catch {
            refuse(error)
        }
        // The server may wait for the end of a request that is answered.
        stopAskingInVain()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        askForBody()
        context.fireChannelReadComplete()
    }

    private func handOver(_ received: ReceivedRequest) {
        if let asking = asking.take() {
            asking.resume(returning: received)
        } else {
            waiting.append(received)
        }
        // When the peer has gone, all that it ever sent is read at once.
        if waiting.count > Self.mostWaiting { end(.over) }
        switch received.afterwards {
        case .goOn: break
        case .close: end(.ended)
        }
    }

    func read(context: ChannelHandlerContext) {
        if waiting.isEmpty {
            context.read()
        } else {
            holdsBackRead = true
            timer.heldBack()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        timer.writabilityChanged(context)
        if context.channel.isWritable { writing.take()?.resume() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: end(.ended)
        case is ChannelShouldQuiesceEvent: end(.closing)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard life <= .closing else { return }
        if error is HTTPParserError {
            refuse(error)
        } else {
            context.close(promise: nil)
        }
    }

    private func refuse(_ error: any Error) {
        logger.debug("What came is no request", metadata: ["error.type": "\(error)"])
        // What is broken may be the rest of a request that is answered already.
        end(assembly.isInExcess ? .ended : .malformed)
    }
}

@available(*, unavailable)
extension ExchangeHandler: Sendable {}
