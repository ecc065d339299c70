import Broker
import Hummingbird
import OAuth

/// `/account`: the person's own page, and the ways into their account.
struct AccountController: Sendable {
    let environment: WebEnvironment
    let page: AccountPageFlow
    let linking: LinkingFlow
    let logout: LogoutFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("", use: overview)
            .get("link/:provider", use: begin)
            .get("link", use: ask)
            .post("link", use: decide)
            .post("unlink", use: unlink)
            .post("sign-out", use: signOutEverywhere)
    }

    @Sendable private func overview(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        switch try await page.enter(visit: environment.visit(request, context)) {
        case .login(let result): return environment.respond(to: result, for: request)
        case .overview(let overview):
            return environment.render(AccountPage(overview), for: request, address: PageLink(path: "/account"))
        }
    }

    /// A link, not a form: the way to the provider leads over another origin, which no form of ours may
    /// (Content-Security-Policy `form-action`). Its token is what keeps others from sending somebody here.
    @Sendable private func begin(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        guard let name = context.parameters.get("provider"), let provider = ProviderID(validating: name) else {
            throw Refusal.unknownProvider
        }
        guard let token = try request.queryParameters().pageValue("token") else { throw Refusal.malformedRequest }
        return environment.respond(
            to: try await linking.begin(
                provider, token: Secret(token), visit: environment.visit(request, context)), for: request)
    }

    @Sendable private func ask(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        guard let proof = try request.queryParameters().pageValue("proof") else { throw Refusal.malformedRequest }
        let question = try await linking.question(proof, visit: environment.visit(request, context))
        let consequence: LinkPage.Consequence =
            switch question.consequence {
            case .nothingElse: .nothingElse
            case .leavesItsAccount: .leavesItsAccount
            }
        let page = LinkPage(
            provider: DisplayName(question.providerName), person: DisplayName(question.person.displayName ?? ""),
            email: question.person.email.map(DisplayName.init), consequence: consequence,
            action: PageLink(path: "/account/link"),
            hidden: [HiddenField(name: "proof", value: proof)])
        return environment.render(
            page, for: request, address: PageLink(path: "/account/link", query: [("proof", proof)]))
    }

    @Sendable private func decide(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters = try await request.formParameters()
        guard let proof = parameters.pageValue("proof"),
            let choice = parameters.pageValue(LinkPage.Decision.field).flatMap(LinkPage.Decision.init(rawValue:))
        else { throw Refusal.malformedRequest }
        let decision: LinkingFlow.Decision =
            switch choice {
            case .link: .link
            case .cancel: .cancel
            }
        return environment.respond(
            to: try await linking.decide(decision, proof: proof, visit: environment.visit(request, context)),
            for: request)
    }

    @Sendable private func unlink(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters = try await request.formParameters()
        guard let provider = parameters.pageValue("provider").flatMap(ProviderID.init(validating:)),
            let subject = parameters.pageValue("subject"), let token = parameters.pageValue("token")
        else { throw Refusal.malformedRequest }
        return environment.respond(
            to: try await linking.unlink(
                provider: provider, subject: subject, token: Secret(token),
                visit: environment.visit(request, context)), for: request)
    }
}

extension AccountController {
    @Sendable private func signOutEverywhere(
        _ request: Request, context: BrokerRequestContext
    ) async throws -> Response {
        guard let token = try await request.formParameters().pageValue("token") else { throw Refusal.malformedRequest }
        let visit = environment.visit(request, context)
        let (channel, cookies) = try await logout.logOutEverywhere(token: Secret(token), visit: visit)
        return environment.depart(by: channel, to: .page, cookies, for: request)
    }
}

extension AccountPage {
    fileprivate init(_ overview: AccountPageFlow.Overview) {
        let token = overview.token.reveal()
        self.init(
            person: DisplayName(overview.person.displayName ?? ""), email: overview.person.email.map(DisplayName.init),
            ways: overview.identities.map { Way($0, token: token) },
            connections: overview.connectable.map { choice in
                Connection(
                    provider: DisplayName(choice.name),
                    link: PageLink(path: "/account/link/\(choice.id)", query: [("token", token)]))
            },
            signOut: PageLink(path: "/oauth2/logout"),
            signOutEverywhere: PostForm(
                action: PageLink(path: "/account/sign-out"), hidden: [HiddenField(name: "token", value: token)]))
    }
}

extension AccountPage.Way {
    fileprivate init(_ linked: AccountPageFlow.LinkedIdentity, token: String) {
        let removal: Removal =
            switch linked.removal {
            case .possible:
                .form(
                    action: PageLink(path: "/account/unlink"),
                    hidden: [
                        HiddenField(name: "provider", value: linked.provider.rawValue),
                        HiddenField(name: "subject", value: linked.subject),
                        HiddenField(name: "token", value: token),
                    ])
            case .lastOne: .lastOne
            case .ownPassword: .ownPassword
            }
        let claims = linked.claims
        self.init(
            provider: DisplayName(linked.providerName),
            person: DisplayName(claims.email ?? claims.preferredUsername ?? claims.name ?? ""), removal: removal)
    }
}
