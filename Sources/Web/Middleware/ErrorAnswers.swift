import Broker
import HTTPTypes
import Hummingbird
import Logging
import OAuth

/// Turns whatever a flow throws into an answer: a page for a browser, JSON for everything else, always with the Ray ID.
///
/// What really happened goes to the log; no error's own text reaches an answer.
struct ErrorAnswers: Sendable {
    let environment: WebEnvironment

    func answer(_ error: any Error, to request: Request, context: BrokerRequestContext) throws -> Response {
        switch error {
        case let refusal as Refusal:
            context.logger.debug("Refused", metadata: ["reason": "\(refusal)"])
            return try answer(refusal.problem, refusal.error, to: request, context: context)
        case let error as OAuthError:
            return try OAuthErrorResponse(error: error, ray: context.ray).response()
        case is FormParameters.Malformed:
            let error = OAuthError(.invalidRequest, "The parameters are not well encoded.")
            return try answer(.malformedRequest, error, to: request, context: context)
        case let rejection as AuthorizationRejection:
            return try answer(rejection, to: request, context: context)
        case let error as HTTPError:
            var response = try answer(error.status, to: request, context: context)
            for field in error.headers { response.headers[field.name] = field.value }
            return response
        default:
            context.logger.error("Request failed", metadata: ["error": "\(error)"])
            let wire = OAuthError(.serverError, "Something went wrong here. The Ray ID helps to find it.")
            return try answer(.internalError, wire, to: request, context: context)
        }
    }

    private func answer(
        _ rejection: AuthorizationRejection, to request: Request, context: BrokerRequestContext
    ) throws -> Response {
        switch rejection {
        case .redirect(let response):
            return environment.deliver(response, for: request)
        case .page:
            return try answer(
                .malformedRequest, OAuthError(.invalidRequest, "The request is malformed."), to: request,
                context: context)
        }
    }

    private func answer(
        _ status: HTTPResponse.Status, to request: Request, context: BrokerRequestContext
    ) throws -> Response {
        let problem: ErrorPage.Problem =
            switch status {
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .contentTooLarge: .payloadTooLarge
            case .serviceUnavailable: .serviceBusy(nil)
            case .badRequest: .malformedRequest
            default: status.kind == .clientError ? .malformedRequest : .internalError
            }
        guard !request.wantsPage else { return environment.render(problem, for: request, ray: context.ray) }
        let error =
            status.kind == .clientError
            ? OAuthError(.invalidRequest, "The request cannot be answered.")
            : OAuthError(.serverError, "Something went wrong here. The Ray ID helps to find it.")
        return try Response.json(OAuthErrorResponse(error: error, ray: context.ray), status: status)
    }

    private func answer(
        _ problem: ErrorPage.Problem, _ error: OAuthError, to request: Request, context: BrokerRequestContext
    ) throws -> Response {
        guard request.wantsPage else {
            var response = try OAuthErrorResponse(error: error, ray: context.ray).response()
            response.status = problem.status
            return response
        }
        return environment.render(problem, for: request, ray: context.ray)
    }
}
