import Broker
import Hummingbird
import OAuth

/// `GET` and `POST /verification`, and `GET /verification/return`, where the operator's verification page leads back to.
struct VerificationController: Sendable {
    let environment: WebEnvironment
    let flow: VerificationFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("", use: show)
            .post("", use: decide)
            .get("return", use: resume)
    }

    @Sendable private func show(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let payload = try request.queryParameters().payload()
        let notice = try await flow.notice(payload, visit: environment.visit(request, context))
        let query = [(name: "payload", value: payload)]
        let back = PageLink(path: "/verification/return", query: query)
        guard !notice.missing.isEmpty else { return environment.redirect(to: back.reference) }
        let page = VerificationPage(
            client: ClientCard(notice.client, returningTo: notice.request.redirect),
            lacks: notice.missing.map { lack($0, back: back) },
            account: DisplayName(notice.person.displayName ?? ""), done: back, attempt: notice.attempt.shown,
            action: PageLink(path: "/verification"),
            hidden: [
                HiddenField(name: "payload", value: payload),
                HiddenField(name: "csrf", value: notice.formToken.reveal()),
            ],
            decisions: notice.waiver.decisions)
        return environment.render(
            page, for: request, client: notice.client.id, uiLocales: notice.request.uiLocales,
            address: PageLink(path: "/verification", query: query))
    }

    /// The way back is an address of ours alone, so that nobody can be sent on from here to anywhere else.
    private func lack(_ scope: ScopeEntry, back: PageLink) -> VerificationPage.Lack {
        let page = scope.demand?.verification.flatMap { address -> VerificationPage.Destination? in
            guard let link = PageLink(web: address.returning(to: environment.issuer.value + back.reference)),
                let origin = WebOrigin(of: address.value)
            else { return nil }
            return VerificationPage.Destination(link: link, site: DisplayName(origin.host))
        }
        return VerificationPage.Lack(scope: scope, page: page)
    }

    @Sendable private func resume(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let payload = try request.queryParameters().payload()
        return environment.respond(
            to: try await flow.resume(payload, visit: environment.visit(request, context)), for: request)
    }

    @Sendable private func decide(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters = try await request.formParameters()
        let payload = try parameters.payload()
        let field = VerificationPage.Decision.field
        guard let csrf = parameters.pageValue("csrf"),
            let choice = parameters.pageValue(field).flatMap(VerificationPage.Decision.init(rawValue:))
        else { throw Refusal.malformedRequest }
        let decision: VerificationFlow.Decision =
            switch choice {
            case .cancel: .cancel
            case .goWithout: .goWithout
            }
        let visit = environment.visit(request, context)
        return environment.respond(
            to: try await flow.decide(decision, formToken: Secret(csrf), payload: payload, visit: visit), for: request)
    }
}

extension VerificationFlow.Attempt {
    fileprivate var shown: VerificationPage.Attempt {
        switch self {
        case .first: .first
        case .again: .again
        }
    }
}

extension VerificationFlow.Waiver {
    fileprivate var decisions: [VerificationPage.Decision] {
        switch self {
        case .offered: [.goWithout, .cancel]
        case .refused: [.cancel]
        }
    }
}
