import Broker
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Web

/// Has the requests of a connection answered one after the other, on the thread of the connection's own event loop:
/// what has been read is answered without being handed from thread to thread.
///
/// What would hold up the other connections of a loop has threads of its own: password hashes, and commits to the
/// database. Hummingbird's own channel passes on every part of a request and of an answer singly, through queues that
/// any thread may use, which costs some 70,000 instructions a request more.
struct RequestChannel<Responder: HTTPResponder<BrokerRequestContext>>: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
        fileprivate let exchanges: NIOLoopBound<ExchangeHandler>
    }

    /// Bytes of all header fields of a request; more than 256 of them NIO does not take either.
    private static var largestHead: Int { 80 * 1024 }
    /// Bytes that the parser leaves lying, as it does once a peer has asked for another protocol.
    private static var largestUnread: Int { 128 * 1024 }

    private let responder: Responder
    private let securityHeaders: SecurityHeaders
    private let refusal: HTTPResponse
    private let times: ConnectionTimes
    private let date: DateField

    init(
        _ responder: Responder, _ securityHeaders: SecurityHeaders, _ times: ConnectionTimes, _ clock: any WallClock
    ) {
        self.responder = responder
        self.securityHeaders = securityHeaders
        refusal = Self.bare(.badRequest, securityHeaders).head
        self.times = times
        date = DateField(clock)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            let pipeline = channel.pipeline.syncOperations
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderListSize = Self.largestHead
            // What is not allowed in a header field of ours is refused where it is set, by `HTTPField.Value`.
            try pipeline.addHandler(HTTPResponseEncoder())
            try pipeline.addHandler(
                ByteToMessageHandler(
                    HTTPRequestDecoder(limitConfiguration: limits), maximumBufferSize: Self.largestUnread))
            let exchanges = ExchangeHandler(
                RequestAssembly(largestBody: BrokerRequestContext.maximumBodySize), ConnectionTimer(times),
                refusal: refusal, date, logger)
            try pipeline.addHandler(exchanges)
            return Value(channel: channel, exchanges: NIOLoopBound(exchanges, eventLoop: channel.eventLoop))
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskExecutorPreference(LoopExecutor(value.channel.eventLoop)) {
            await withTaskCancellationHandler {
                let exchanges = value.exchanges.value
                let peer = Peer(value.channel, logger: logger)
                while let received = await exchanges.nextRequest() {
                    let response = await response(to: received.request, of: peer)
                    await exchanges.answer(received, with: response)
                }
            } onCancel: {
                value.channel.close(promise: nil)
            }
        }
    }

    private func response(to request: Request, of peer: Peer) async -> Response {
        do {
            return try await responder.respond(to: request, context: BrokerRequestContext(from: peer))
        } catch {
            peer.logger.error("A request was left without an answer", metadata: ["error.type": "\(type(of: error))"])
            return Self.bare(.internalServerError, securityHeaders)
        }
    }

    /// An answer that no route has made.
    private static func bare(_ status: HTTPResponse.Status, _ securityHeaders: SecurityHeaders) -> Response {
        var response = Response(status: status)
        securityHeaders.add(to: &response)
        return response
    }
}
