import HTTPTypes
import Hummingbird

/// What can be asked of each path of a router, which itself only knows 404.
struct AllowedMethods: Sendable {
    /// One path of the router, with what can be asked of it.
    private struct Route {
        let path: RouterPath
        var methods: [HTTPRequest.Method]

        /// How many segments `path` shares literally; nil if it is another path.
        func literalSegments(in segments: [Substring]) -> Int? {
            guard path.count == segments.count else { return nil }
            var literals = 0
            for (element, segment) in zip(path, segments) {
                guard element ~= segment else { return nil }
                if element == segment { literals += 1 }
            }
            return literals
        }
    }

    private let routes: [Route]

    init(_ descriptions: [Router<BrokerRequestContext>.RouteDescription]) {
        routes = descriptions.reduce(into: []) { routes, description in
            let methods = description.method == .get ? [description.method, .head] : [description.method]
            if let index = routes.firstIndex(where: { $0.path == description.path }) {
                routes[index].methods += methods
            } else {
                routes.append(Route(path: description.path, methods: methods))
            }
        }
    }

    /// `error`, or 405 with `Allow` if it is the 404 of a path that exists but not with the method (RFC 9110 §15.5.6).
    func explanation(of error: any Error, for request: Request) -> any Error {
        guard let failure = error as? HTTPError, failure.status == .notFound else { return error }
        let allowed = methods(at: request.uri.path)
        guard !allowed.isEmpty, !allowed.contains(request.method) else { return error }
        return HTTPError(.methodNotAllowed, headers: [.allow: allowed.map(\.rawValue).joined(separator: ", ")])
    }

    /// What can be asked of `path`, by the route that names it most literally: that is the one the router picks.
    private func methods(at path: String) -> [HTTPRequest.Method] {
        let segments = path.split(separator: "/")
        let fitting = routes.compactMap { route in
            route.literalSegments(in: segments).map { (literals: $0, methods: route.methods) }
        }
        return fitting.max { $0.literals < $1.literals }?.methods ?? []
    }
}
