import Broker
import Hummingbird
import OAuth

/// `/oauth2/logout`: ends the browser's session here, and at the provider where its file says so (OIDC RP-Initiated
/// Logout §2).
struct LogoutController: Sendable {
    let environment: WebEnvironment
    let flow: LogoutFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("logout", use: logOut)
            .post("logout", use: logOutByPost)
            .get("logout/return", use: comeBack)
    }

    @Sendable private func logOut(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        try await answer(try request.queryParameters(), to: request, visit: environment.visit(request, context))
    }

    /// A client's POST comes without Lax cookies, and so without the session it is about: as a GET it has them.
    @Sendable private func logOutByPost(
        _ request: Request, context: BrokerRequestContext
    ) async throws -> Response {
        let visit = environment.visit(request, context)
        let body = try await request.formBody()
        let parameters = try FormParameters(decoding: body.readableBytesView)
        guard visit.session == nil, environment.isFromElsewhere(request), let query = ForeignForm.query(body) else {
            return try await answer(parameters, to: request, visit: visit)
        }
        return environment.redirect(to: "/oauth2/logout?" + query)
    }

    @Sendable private func comeBack(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let carried = environment.cookies.value(of: environment.cookies.departure, in: request.values(of: .cookie))
        let state = try request.queryParameters().pageValue("state")
        let (destination, cookies) = flow.comeBack(carried.map(Secret.init), state: state)
        return environment.depart(to: destination, cookies, for: request)
    }

    private func answer(
        _ parameters: FormParameters, to request: Request, visit: Visit
    ) async throws -> Response {
        let wish = LogoutFlow.Request(
            idTokenHint: parameters.pageValue("id_token_hint", limit: Self.longestHint).map(Secret.init),
            clientID: parameters.pageValue("client_id", limit: 128).flatMap(ClientID.init(validating:)),
            postLogoutRedirectURI: parameters.pageValue("post_logout_redirect_uri"),
            state: parameters.pageValue("state"), formToken: parameters.pageValue("csrf").map(Secret.init))
        switch try await flow.logOut(wish, visit: visit) {
        case .ask(let question): return ask(question, wish, for: request)
        case .goBy(let channel, let destination, let cookies):
            return environment.depart(by: channel, to: destination, cookies, for: request)
        case .go(let destination, let cookies): return environment.depart(to: destination, cookies, for: request)
        }
    }

    /// Longest ID token that is looked at, in bytes.
    private static let longestHint = 8192

    /// The answer is a link, not a form: a browser holds a form to where it leads, and a logout may go over a
    /// provider's pages of whose redirects nobody here knows.
    private func ask(_ question: LogoutFlow.Question, _ wish: LogoutFlow.Request, for request: Request) -> Response {
        var query = [(name: "csrf", value: question.formToken.reveal())]
        if let id = wish.clientID { query.append(("client_id", id.rawValue)) }
        if let uri = wish.postLogoutRedirectURI { query.append(("post_logout_redirect_uri", uri)) }
        if let state = wish.state { query.append(("state", state)) }
        let page = LogOutPage(
            person: question.person?.displayName.map(DisplayName.init),
            client: question.client.map { DisplayName($0.name) },
            confirmation: PageLink(path: "/oauth2/logout", query: query))
        let address = PageLink(path: "/oauth2/logout", query: Array(query.dropFirst()))
        return environment.render(page, for: request, client: question.client?.id, address: address)
    }
}
