import Broker
import Hummingbird
import OAuth

/// `/login/{provider}` and its callback (RFC 6749 §4.1, one callback for each provider: RFC 9700 §4.4.2).
struct UpstreamLoginController: Sendable {
    let environment: WebEnvironment
    let flow: UpstreamLoginFlow
    let headers: HeaderLoginFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get(":provider", use: begin)
            .get(":provider/callback", use: complete)
            .post(":provider/callback", use: replayAsGet)
    }

    private func provider(_ context: BrokerRequestContext) throws -> ProviderID {
        guard let name = context.parameters.get("provider") else { throw Refusal.unknownProvider }
        return ProviderID(rawValue: name)
    }

    @Sendable private func begin(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let payload = try request.queryParameters().payload()
        let (provider, visit) = (try provider(context), environment.visit(request, context))
        guard headers.serves(provider) else {
            return environment.respond(to: try await flow.begin(provider, payload: payload, visit: visit), for: request)
        }
        return environment.respond(
            to: try await headers.logIn(
                at: provider, with: header(of: request, context), payload: payload, visit: visit), for: request)
    }

    /// The header as far as it is a trusted proxy's word: of the one that holds the connection, whatever address it tells.
    private func header(of request: Request, _ context: BrokerRequestContext) -> HeaderLoginFlow.Header {
        guard environment.trustedProxies.trusts(context.peerAddress) else { return .notVouchedFor }
        return .vouchedFor(request.headers.map { (name: $0.name.rawName, value: $0.value) })
    }

    @Sendable private func complete(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters = try request.queryParameters()
        guard !parameters.hasRepetition, let state = try parameters.answerValue("state", limit: 16_384) else {
            throw Refusal.malformedRequest
        }
        let issuer = try parameters.answerValue("iss")
        let answer: UpstreamLoginFlow.Answer
        if let error = try parameters.answerValue("error") {
            answer = .error(error, issuer: issuer)
        } else if let code = try parameters.answerValue("code", limit: 8192) {
            answer = .code(Secret(code), issuer: issuer, user: parameters.reportedUser)
        } else {
            throw Refusal.malformedRequest
        }
        return environment.respond(
            to: try await flow.complete(
                answer, state: state, at: try provider(context), visit: environment.visit(request, context)),
            for: request)
    }

    /// A cross-site POST comes without Lax cookies; the same answer as a GET has them (DESIGN §2).
    @Sendable private func replayAsGet(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters = try await request.formParameters()
        guard !parameters.hasRepetition else { throw Refusal.malformedRequest }
        var answer: [(name: String, value: String)] = []
        for name in ["state", "code", "error", "iss"] {
            if let value = try parameters.answerValue(name, limit: 16_384) { answer.append((name, value)) }
        }
        // Only the name goes on: the address beside it is not signed, and has no business in a URL.
        if let user = parameters.reportedUser { answer.append((name: "user", value: user.text)) }
        let provider = try provider(context)
        return environment.redirect(
            to: "/login/\(FormEncoding.encode(provider.rawValue))/callback?\(FormEncoding.encode(answer))")
    }
}

extension FormParameters {
    /// What Apple says about the person at the first consent; nil where it is missing, too long, or no JSON object.
    fileprivate var reportedUser: ReportedUser? {
        pageValue("user", limit: ReportedUser.maximumLength).flatMap(ReportedUser.init(parsing:))
    }
}
