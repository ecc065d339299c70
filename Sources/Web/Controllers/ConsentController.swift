import Broker
import Hummingbird
import OAuth

/// `GET` and `POST /consent`.
struct ConsentController: Sendable {
    let environment: WebEnvironment
    let flow: ConsentFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("", use: ask)
            .post("", use: decide)
    }

    @Sendable private func ask(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let payload = try request.queryParameters().payload()
        let question = try await flow.question(payload, visit: environment.visit(request, context))
        let query = [(name: "payload", value: payload)]
        let page = ConsentPage(
            client: ClientCard(question.client, returningTo: question.request.redirect),
            scopes: question.scopes, claims: question.claims, account: DisplayName(question.person.displayName ?? ""),
            action: PageLink(path: "/consent"),
            hidden: [
                HiddenField(name: "payload", value: payload),
                HiddenField(name: "csrf", value: question.formToken.reveal()),
            ],
            otherAccount: PageLink(path: "/login", query: query))
        return environment.render(
            page, for: request, client: question.client.id, uiLocales: question.request.uiLocales,
            address: PageLink(path: "/consent", query: query))
    }

    @Sendable private func decide(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters = try await request.formParameters()
        let payload = try parameters.payload()
        guard let csrf = parameters.pageValue("csrf"),
            let choice = parameters.pageValue(ConsentPage.Decision.field).flatMap(ConsentPage.Decision.init(rawValue:))
        else { throw Refusal.malformedRequest }
        let decision: ConsentFlow.Decision =
            switch choice {
            case .allow: .allow
            case .deny: .deny
            }
        let visit = environment.visit(request, context)
        return environment.respond(
            to: try await flow.decide(decision, formToken: Secret(csrf), payload: payload, visit: visit), for: request)
    }
}
