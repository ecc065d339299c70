import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Puts the parts of requests together, each with its whole body: bodies are small here.
///
/// Of a body that is too large, as much as shows that makes the request, and the rest is thrown away.
struct RequestAssembly {
    private enum State {
        case nothing
        case request(HTTPRequest, ReceivedRequest.Afterwards, ByteBuffer)
        /// The rest of a request that has been made.
        case excess
    }

    /// Why something that the parser lets pass is no request.
    enum Flaw: Error {
        case noSingleHost
    }

    private var state = State.nothing
    /// Whether the peer holds back its request's body until it is told to go on (RFC 9110 §10.1.1).
    private(set) var isHeldBack = false
    private let largestBody: Int

    /// Bodies of more than `largestBody` bytes are not read to their end.
    init(largestBody: Int) {
        self.largestBody = largestBody
    }

    /// Whether the next part is a request's first.
    var isBetweenRequests: Bool {
        switch state {
        case .nothing: true
        case .request, .excess: false
        }
    }

    /// Whether what comes belongs to a request that has been made.
    var isInExcess: Bool {
        switch state {
        case .excess: true
        case .nothing, .request: false
        }
    }

    /// The request that is made with this part, if one is. Throws for a head that no request can have.
    mutating func add(_ part: HTTPServerRequestPart) throws -> ReceivedRequest? {
        switch part {
        case .head(let head): try begin(head)
        case .body(let content): add(content)
        case .end: end()
        }
    }

    /// Takes note that the peer has been told to go on.
    mutating func bodyWasAskedFor() {
        isHeldBack = false
    }

    private mutating func begin(_ head: HTTPRequestHead) throws -> ReceivedRequest? {
        let hosts = head.headers["Host"].count
        // RFC 9112 §3.2.
        guard hosts == 1 || (hosts == 0 && head.version != .http1_1) else { throw Flaw.noSingleHost }
        let request = try HTTPRequest(head, secure: false, splitCookie: false)
        // NIO's parser reads nothing after a request that asks for another protocol.
        let isLast = !head.isKeepAlive || request.method == .connect || request.headerFields.contains(.upgrade)
        let afterwards: ReceivedRequest.Afterwards = isLast ? .close : .goOn
        let announced = head.headers.first(name: "Content-Length").flatMap(Int.init) ?? 0
        guard announced <= largestBody else {
            state = .excess
            return Self.make(request, afterwards, ByteBuffer())
        }
        state = .request(request, afterwards, ByteBuffer())
        isHeldBack = head.version == .http1_1 && request.headerFields[.expect]?.lowercased() == "100-continue"
        return nil
    }

    private mutating func add(_ content: ByteBuffer) -> ReceivedRequest? {
        isHeldBack = false
        guard case .request(let head, let afterwards, var body) = state else { return nil }
        // With a second reference to it, the body would be copied to grow.
        state = .excess
        if body.readableBytes == 0 {
            body = content
        } else {
            body.writeImmutableBuffer(content)
        }
        guard body.readableBytes <= largestBody else { return Self.make(head, afterwards, body) }
        state = .request(head, afterwards, body)
        return nil
    }

    private mutating func end() -> ReceivedRequest? {
        isHeldBack = false
        defer { state = .nothing }
        switch state {
        case .nothing, .excess: return nil
        case .request(let head, let afterwards, let body): return Self.make(head, afterwards, body)
        }
    }

    private static func make(
        _ head: HTTPRequest, _ afterwards: ReceivedRequest.Afterwards, _ body: ByteBuffer
    ) -> ReceivedRequest {
        ReceivedRequest(request: Request(head: head, body: RequestBody(buffer: body)), afterwards: afterwards)
    }
}
