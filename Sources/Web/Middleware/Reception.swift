import Broker
import HTTPTypes
import Hummingbird
import Logging
import OAuth
import Tracing

/// What every request meets first and every answer last: it gives the request its Ray ID and its address, turns whatever
/// is thrown into an answer, adds the headers that all answers carry, and logs how it ended: path and status, never the
/// query.
///
/// One middleware for all of it, because each is called through a box and switches tasks three times.
struct Reception: RouterMiddleware {
    typealias Context = BrokerRequestContext

    private let environment: WebEnvironment
    private let tracing: RequestTracing
    private let methods: AllowedMethods
    private let errors: ErrorAnswers
    private let securityHeaders: SecurityHeaders
    private let clock = ContinuousClock()

    /// `routes` are those of a router that holds what this one's router will hold.
    init(
        _ environment: WebEnvironment, tracer: any Tracer, routes: [Router<BrokerRequestContext>.RouteDescription]
    ) {
        self.environment = environment
        tracing = RequestTracing(tracer: tracer)
        methods = AllowedMethods(routes)
        errors = ErrorAnswers(environment: environment)
        securityHeaders = SecurityHeaders(environment.issuer.transport)
    }

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let span = tracing.begin(request)
        let context = received(request, context, span?.context.trace)
        let start = clock.now
        var response =
            if let span {
                try await span.cover { try await answer(request, context: context, next: next) }
            } else {
                try await answer(request, context: context, next: next)
            }
        complete(&response, to: request, context: context, after: clock.now - start)
        return response
    }

    // Called and not inlined, as are `complete` and `failure`, for the reason that Broker's `TokenFlow` gives.
    @inline(never)
    private func received(_ request: Request, _ context: Context, _ trace: TraceContext?) -> Context {
        var context = context
        context.ray = environment.rays.next()
        context.address = environment.trustedProxies.client(
            behind: context.peerAddress, forwardedFor: request.values(of: .forwardedFor))
        context.logger = logger(ray: context.ray.description, trace)
        return context
    }

    @inline(never)
    private func complete(
        _ response: inout Response, to request: Request, context: Context, after elapsed: Duration
    ) {
        securityHeaders.add(to: &response)
        response.headers.append(HTTPField(name: .rayID, value: context.ray.description))
        record(response.status, of: request, context: context, after: elapsed)
    }

    private func logger(ray: String, _ trace: TraceContext?) -> Logger {
        var logger = environment.logger
        logger[metadataKey: "ray_id"] = .string(ray)
        if let trace {
            logger[metadataKey: TraceContext.traceKey] = .string(trace.traceID)
            logger[metadataKey: TraceContext.spanKey] = .string(trace.spanID)
        }
        return logger
    }

    /// What the route answers, or what there is to answer to the error it throws.
    private func answer(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        // Connectors log what happens on the way to a provider, and are handed no logger.
        try await withLogger(context.logger) { _ in
            do {
                // Proxies and routers disagree on what a `;` ends (CVE-2026-0976), and no path of ours has one.
                guard !request.uri.path.utf8.contains(UInt8(ascii: ";")) else { throw HTTPError(.badRequest) }
                var response = try await next(request, context)
                // Looked at as a stranger's (``WebEnvironment/visit(_:_:)``), it must not change what the browser holds.
                if request.method == .head { response.headers[.setCookie] = nil }
                return response
            } catch {
                return try failure(error, request, context)
            }
        }
    }

    @inline(never)
    private func failure(_ error: any Error, _ request: Request, _ context: Context) throws -> Response {
        try errors.answer(methods.explanation(of: error, for: request), to: request, context: context)
    }

    private func record(
        _ status: HTTPResponse.Status, of request: Request, context: Context, after elapsed: Duration
    ) {
        environment.metrics?.requests.record(
            RequestMeter.Label(
                // The pattern, and a method only where it is one of ours: what a stranger makes up is not counted apart.
                route: context.endpointPath ?? "none",
                method: context.endpointPath == nil ? "any" : request.method.rawValue, status: status.code),
            elapsed)
        let parts = elapsed.components
        let microseconds = parts.attoseconds / 1_000_000_000_000 + parts.seconds * 1_000_000
        context.logger.info(
            "Request",
            metadata: [
                "http.method": .string(request.method.rawValue), "http.path": .string(request.uri.path),
                "http.status": .string(String(status.code)), "client.address": .string(context.address),
                "duration_us": .string(String(microseconds)),
            ])
    }
}

extension HTTPField.Name {
    static let rayID = HTTPField.Name("Ray-ID") ?? .eTag
    static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .eTag
}
