import Broker
import Hummingbird
import OAuth

/// `GET /login` and `POST /login/local`: the chooser and the form of local accounts.
struct LoginController: Sendable {
    let environment: WebEnvironment
    let page: LoginPageFlow
    let local: LocalLoginFlow

    var endpoints: RouteCollection<BrokerRequestContext> {
        RouteCollection(context: BrokerRequestContext.self)
            .get("", use: chooser)
            .post("local", use: logIn)
    }

    /// What the local form shows.
    private struct Form {
        let userName: String
        let problem: LoginPage.LocalForm.Problem?
    }

    @Sendable private func chooser(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let payload = try request.queryParameters().payload()
        let visit = environment.visit(request, context)
        let chooser = try await page.chooser(payload, visit: visit)
        return show(chooser, Form(userName: chooser.request.loginHint ?? "", problem: nil), for: request)
    }

    @Sendable private func logIn(_ request: Request, context: BrokerRequestContext) async throws -> Response {
        let parameters = try await request.formParameters()
        let payload = try parameters.payload()
        let visit = environment.visit(request, context)
        let userName = parameters.pageValue("username", limit: 256) ?? ""
        guard !userName.isEmpty, let password = parameters.pageValue("password", limit: 1024) else {
            return try await showAgain(
                Form(userName: userName, problem: .malformed), payload: payload, request: request, visit: visit)
        }
        let form = LocalLoginFlow.Form(
            userName: userName, password: Secret(password),
            memory: parameters.pageValue("remember") == nil ? .thisVisit : .remember)
        let problem: LoginPage.LocalForm.Problem
        switch try await local.logIn(form, payload: payload, visit: visit) {
        case .loggedIn(let result): return environment.respond(to: result, for: request)
        case .wrong: problem = .wrongCredentials
        case .wait(let seconds): problem = .lockedOut(WaitingTime(seconds: seconds))
        case .busy: problem = .busy
        }
        return try await showAgain(
            Form(userName: userName, problem: problem), payload: payload, request: request, visit: visit)
    }

    private func showAgain(
        _ form: Form, payload: String, request: Request, visit: Visit
    ) async throws -> Response {
        let chooser = try await page.chooser(payload, visit: visit)
        var response = show(chooser, form, for: request)
        switch form.problem {
        case .wrongCredentials: response.status = .unauthorized
        case .lockedOut(let time):
            response.status = .tooManyRequests
            response.headers[.retryAfter] = String(time.seconds)
        case .busy:
            response.status = .serviceUnavailable
            response.headers[.retryAfter] = "5"
        case .malformed: response.status = .badRequest
        case nil: break
        }
        return response
    }

    private func show(_ chooser: LoginPageFlow.Chooser, _ form: Form, for request: Request) -> Response {
        let payload = [(name: "payload", value: chooser.payload)]
        let choices = chooser.providers.map { provider in
            let availability: LoginPage.ProviderChoice.Availability =
                switch provider.availability {
                case .available: .available(PageLink(path: "/login/\(provider.id)", query: payload))
                case .unavailable: .unavailable
                }
            return LoginPage.ProviderChoice(
                id: provider.id, name: DisplayName(provider.name), availability: availability)
        }
        let localForm: LoginPage.LocalForm? =
            switch chooser.localForm {
            case .offered:
                LoginPage.LocalForm(
                    action: PageLink(path: "/login/local"),
                    hidden: [HiddenField(name: "payload", value: chooser.payload)], username: form.userName,
                    problem: form.problem)
            case .absent: nil
            }
        return environment.render(
            LoginPage(
                client: ClientCard(chooser.client, returningTo: chooser.request.redirect), providers: choices,
                localForm: localForm),
            for: request, client: chooser.client.id, uiLocales: chooser.request.uiLocales,
            address: PageLink(path: "/login", query: payload))
    }
}

extension ClientCard {
    /// How pages introduce `client`.
    init(_ client: Client, returningTo redirect: RegisteredRedirect) {
        self.init(
            name: DisplayName(client.name), logo: client.logoURI.flatMap(ClientLogo.init(address:)),
            returnsTo: RedirectTarget(redirectURI: redirect.value))
    }
}
