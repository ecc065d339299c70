import HTTPTypes
import Hummingbird

/// Routes whose answers the scripts of other origins may read as far as a policy says, errors included.
///
/// No middleware, because each is called through a box and switches tasks seven times.
struct SharedRoutes: Sendable {
    typealias Handler = @Sendable (Request, BrokerRequestContext) async throws -> Response

    private let policy: CORSPolicy
    private let errors: ErrorAnswers

    init(_ policy: CORSPolicy, _ environment: WebEnvironment) {
        self.policy = policy
        errors = ErrorAnswers(environment: environment)
    }

    /// What `handler` answers, or what there is to answer to the error it throws, with the fields of the policy.
    func sharing(_ handler: @escaping Handler) -> Handler {
        { request, context in
            var response: Response
            do {
                response = try await handler(request, context)
            } catch {
                response = try errors.answer(error, to: request, context: context)
            }
            response.headers.append(contentsOf: policy.fields(for: request))
            return response
        }
    }

    /// Answers a preflight for `methods`.
    func preflight(_ methods: String) -> Handler {
        sharing { [policy] request, _ in
            guard policy.fields(for: request).contains(.accessControlAllowOrigin) else {
                return Response(status: .noContent)
            }
            return Response(
                status: .noContent,
                headers: [
                    .accessControlAllowMethods: methods, .accessControlAllowHeaders: "Authorization, Content-Type",
                    .accessControlMaxAge: "600",
                ])
        }
    }
}
