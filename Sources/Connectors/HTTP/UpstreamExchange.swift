import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// How one request to a provider ended.
enum UpstreamExchange: Sendable {
    case answered(UpstreamResponse)
    /// With a status that says the provider cannot answer, perhaps until a while has passed.
    case excused(UpstreamResponse, retryAfter: Duration?)
    /// With something that is no answer to what was asked.
    case spoilt(ConnectorError)
    /// With no answer, for a reason in words.
    case failed(cause: String)
    /// Whoever asked went away.
    case abandoned

    init(_ response: HTTPClientResponse, body: ByteBuffer, to request: UpstreamRequest) {
        guard response.headers["content-encoding"].allSatisfy({ $0.lowercased() == "identity" }) else {
            // Nothing compressed was asked for, and what a few bytes unfold to has no bound.
            self = .spoilt(.misbehaved(cause: "\(request.endpoint) answered with a content coding"))
            return
        }
        let answer = UpstreamResponse(status: Int(response.status.code), body: Array(body.readableBytesView))
        guard answer.isExcuse, !request.isForOnePerson || answer.status != 429 else {
            self = .answered(answer)
            return
        }
        // The other form of the field is a date; a provider that writes one is tried again like one that writes nothing.
        let seconds = response.headers.first(name: "retry-after").flatMap { Int64($0) } ?? 0
        self = .excused(answer, retryAfter: seconds > 0 ? .seconds(min(seconds, 86_400)) : nil)
    }

    /// What it tells about the provider: a spoilt answer may be one person's own, so it shows that the provider is there.
    var outcome: CircuitBreaker.Outcome {
        switch self {
        case .answered, .spoilt: .answered
        case .excused(_, let retryAfter): .failed(retryAfter: retryAfter)
        case .failed: .failed(retryAfter: nil)
        case .abandoned: .abandoned
        }
    }

    var meterOutcome: UpstreamMeter.Outcome {
        switch self {
        case .answered, .spoilt: .answered
        case .excused, .failed: .failed
        case .abandoned: .abandoned
        }
    }

    /// Why the provider is in trouble, if it is.
    var failure: String? {
        switch self {
        case .answered, .spoilt, .abandoned: nil
        case .excused(let response, _): "answered \(response.status)"
        case .failed(let cause): cause
        }
    }
}

extension UpstreamRequest {
    /// Whether it is made with a person's own token: the provider may have had too many of theirs, which says nothing
    /// about anybody else's, and one person must not be able to close the door for all.
    fileprivate var isForOnePerson: Bool {
        switch authorization {
        case .bearer(_, of: .person): true
        case .none, .basic, .bearer(_, of: .broker): false
        }
    }
}

extension UpstreamResponse {
    /// Whether the status is that of a server that cannot answer now: broken, throttling, or tired of waiting.
    var isExcuse: Bool { status == 429 || status == 408 || status >= 500 }
}
