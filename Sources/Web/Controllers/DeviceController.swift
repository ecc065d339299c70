import Broker
import HTTPTypes
import Hummingbird
import OAuth

/// `/device`: where the person types the code of a device, and lets it in or does not.
struct DeviceController: Sendable {
    let environment: WebEnvironment
    let page: DevicePageFlow
    let question: DeviceQuestionFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("", use: form)
            .post("", use: enter)
            .get("confirm", use: ask)
            .post("confirm", use: decide)
            .get("allowed") { request, _ in done(.allowed, request) }
            .get("denied") { request, _ in done(.denied, request) }
    }

    /// What a device puts into its link is only typed for the person, who still sends it (RFC 8628 §3.3.1).
    @Sendable private func form(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let given = try request.queryParameters().pageValue("user_code").flatMap(UserCode.init(typed:))
        return try show(given?.display ?? "", problem: nil, for: request, visit: environment.visit(request, context))
    }

    @Sendable private func enter(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters = try await request.formParameters()
        guard let csrf = parameters.pageValue("csrf") else { throw Refusal.malformedRequest }
        let typed = parameters.pageValue("user_code", limit: 64) ?? ""
        let visit = environment.visit(request, context)
        switch try await page.enter(typed, token: Secret(csrf), visit: visit) {
        case .next(let result):
            return environment.respond(to: result, for: request)
        case .unknown:
            var response = try show(typed, problem: .unknown, for: request, visit: visit)
            response.status = .badRequest
            return response
        case .wait(let seconds):
            var response = try show(
                typed, problem: .wait(WaitingTime(seconds: seconds)), for: request, visit: visit)
            response.status = .tooManyRequests
            response.headers[.retryAfter] = String(seconds)
            return response
        }
    }

    private func show(
        _ typed: String, problem: DevicePage.Problem?, for request: Request, visit: Visit
    ) throws -> Response {
        let form = try page.form(visit: visit)
        let page = DevicePage(
            typed: typed, problem: problem, action: PageLink(path: "/device"),
            hidden: [HiddenField(name: "csrf", value: form.token.reveal())],
            leadsTo: environment.loginFrontEnd.flatMap { RedirectTarget(redirectURI: $0.address) })
        var response = environment.render(page, for: request, address: PageLink(path: "/device"))
        for change in form.cookies {
            response.headers.append(HTTPField(name: .setCookie, value: environment.cookies.setCookie(change)))
        }
        return response
    }

    @Sendable private func ask(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let payload = try request.queryParameters().payload()
        let asked = try await question.question(payload, visit: environment.visit(request, context))
        let query = [(name: "payload", value: payload)]
        let client = asked.client
        let page = DeviceQuestionPage(
            client: ClientCard(
                name: DisplayName(client.name), logo: client.logoURI.flatMap(ClientLogo.init(address:)), returnsTo: nil),
            userCode: asked.userCode, scopes: asked.scopes, account: DisplayName(asked.person.displayName ?? ""),
            action: PageLink(path: "/device/confirm"),
            hidden: [
                HiddenField(name: "payload", value: payload),
                HiddenField(name: "csrf", value: asked.formToken.reveal()),
            ],
            otherAccount: PageLink(path: "/login", query: query))
        return environment.render(
            page, for: request, client: client.id, address: PageLink(path: "/device/confirm", query: query))
    }

    @Sendable private func decide(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters = try await request.formParameters()
        let payload = try parameters.payload()
        guard let csrf = parameters.pageValue("csrf"),
            let choice = parameters.pageValue(DeviceQuestionPage.Decision.field)
                .flatMap(DeviceQuestionPage.Decision.init(rawValue:))
        else { throw Refusal.malformedRequest }
        let decision: DeviceQuestionFlow.Decision =
            switch choice {
            case .allow: .allow
            case .deny: .deny
            }
        let visit = environment.visit(request, context)
        return environment.respond(
            to: try await question.decide(decision, formToken: Secret(csrf), payload: payload, visit: visit),
            for: request)
    }

    private func done(_ outcome: DeviceDonePage.Outcome, _ request: Request) -> Response {
        environment.render(
            DeviceDonePage(outcome: outcome), for: request, address: PageLink(path: "/device/\(outcome.rawValue)"))
    }
}
