import Hummingbird

/// Refuses a path with a `;`: proxies and routers disagree on what it ends (CVE-2026-0976), and no path of ours has one.
struct PathMiddleware: RouterMiddleware {
    typealias Context = BrokerRequestContext

    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard !request.uri.path.utf8.contains(UInt8(ascii: ";")) else { throw HTTPError(.badRequest) }
        return try await next(request, context)
    }
}
