import Broker
import HTTPTypes
import Hummingbird
import Logging
import OAuth
import Tracing

/// Gives each request its Ray ID and its address, and logs how it ended: path and status, never the query.
struct RayMiddleware: RouterMiddleware {
    typealias Context = BrokerRequestContext

    let environment: WebEnvironment
    private let tracing: RequestTracing
    private let clock = ContinuousClock()

    init(_ environment: WebEnvironment, tracer: any Tracer) {
        self.environment = environment
        tracing = RequestTracing(tracer: tracer)
    }

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.ray = environment.rays.next()
        let ray = context.ray.description
        context.address = environment.trustedProxies.client(
            behind: context.peerAddress, forwardedFor: request.values(of: .forwardedFor))
        var logger = environment.logger
        logger[metadataKey: "ray_id"] = .string(ray)
        let span = tracing.begin(request)
        if let trace = span?.context.trace {
            logger[metadataKey: TraceContext.traceKey] = .string(trace.traceID)
            logger[metadataKey: TraceContext.spanKey] = .string(trace.spanID)
        }
        context.logger = logger
        let start = clock.now
        // Connectors log what happens on the way to a provider, and are handed no logger.
        var response = try await span.cover {
            try await withLogger(logger) { [context] _ in try await next(request, context) }
        }
        response.headers[.rayID] = ray
        let elapsed = clock.now - start
        environment.metrics?.requests.record(
            RequestMeter.Label(
                // The pattern, and a method only where it is one of ours: what a stranger makes up is not counted apart.
                route: context.endpointPath ?? "none",
                method: context.endpointPath == nil ? "any" : request.method.rawValue, status: response.status.code),
            elapsed)
        let parts = elapsed.components
        let microseconds = parts.attoseconds / 1_000_000_000_000 + parts.seconds * 1_000_000
        logger.info(
            "Request",
            metadata: [
                "http.method": .string(request.method.rawValue), "http.path": .string(request.uri.path),
                "http.status": .string(String(response.status.code)), "client.address": .string(context.address),
                "duration_us": .string(String(microseconds)),
            ])
        return response
    }
}

extension HTTPField.Name {
    static let rayID = HTTPField.Name("Ray-ID") ?? .eTag
    static let forwardedFor = HTTPField.Name("X-Forwarded-For") ?? .eTag
}
