import HTTPTypes
import Hummingbird

/// Counts requests by endpoint and spoils the answers that the faults name.
struct FaultMiddleware<Context: RequestContext>: RouterMiddleware {
    let provider: SimulatedProvider

    @concurrent func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let endpoint = Endpoint(request, poolID: provider.configuration.poolID) else {
            return try await next(request, context)
        }
        let faults = provider.withState { state in
            state.requests[endpoint, default: 0] += 1
            return state.faults
        }
        var answer: Answer = .genuine
        for case .answer(let fault, at: endpoint) in faults {
            if case .slow(let duration) = fault {
                try await provider.configuration.sleep(duration)
            } else {
                answer = .spoilt(fault)
            }
        }
        switch answer {
        case .genuine: return try await next(request, context)
        case .spoilt(.truncated): return try await truncate(next(request, context))
        case .spoilt(let fault): return replacement(for: fault)
        }
    }

    private enum Answer {
        case genuine
        case spoilt(AnswerFault)
    }

    private func truncate(_ response: Response) async throws -> Response {
        let collector = BodyCollector()
        try await response.body.write(collector)
        let whole = collector.bytes
        var response = response
        response.headers[.contentLength] = nil
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: whole.prefix(whole.count / 2)))
        return response
    }

    private func replacement(for fault: AnswerFault) -> Response {
        switch fault {
        case .serverError: page(.internalServerError)
        case .notJSON: page(.ok)
        case .unavailable: Response(status: .serviceUnavailable, headers: [.retryAfter: "30"])
        case .redirected(let target): Response(status: .found, headers: [.location: target])
        case .huge(let bytes): huge(bytes: bytes)
        // Neither has a body (RFC 9110 §6.4.1).
        case .status(204), .status(304): Response(status: fault == .status(204) ? .noContent : .notModified)
        case .status(let code): json("{}", HTTPResponse.Status(code: code))
        case .saying(let text): json(text, .ok)
        case .slow, .truncated: Response(status: .internalServerError)
        }
    }

    private func page(_ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: "<!doctype html><title>Oops</title><p>Oops.</p>")))
    }

    private func json(_ text: String, _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func huge(bytes: Int) -> Response {
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(string: #"{"padding":""#))
            let block = ByteBuffer(repeating: UInt8(ascii: "x"), count: 65_536)
            for _ in 0..<(bytes / 65_536 + 1) {
                try await writer.write(block)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/json"], body: body)
    }
}
