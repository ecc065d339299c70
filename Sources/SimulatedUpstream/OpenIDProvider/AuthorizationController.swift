import FoundationEssentials
import HTTPTypes
import Hummingbird

/// The hosted login page, and the code that comes of it.
struct AuthorizationController {
    let provider: SimulatedProvider

    /// `GET /oauth2/authorize`: the login page, or straight back where there is a session.
    func authorize(_ request: Request) throws -> Response {
        let query: AuthorizationQuery
        do {
            query = try AuthorizationQuery(request.query, provider: provider)
        } catch {
            return refuse(error)
        }
        let sessionID = request.cookies[SessionController.cookieName]?.value
        let session = sessionID.flatMap { id in provider.withState { $0.sessions[id] } }
        switch (query.prompt, session) {
        case (.whenNeeded, .some(let session)), (.none, .some(let session)):
            return redirect(query, person: session.person, at: session.authenticatedAt, sessionID: sessionID)
        case (.none, nil):
            return refuse(
                .redirect(
                    code: "login_required", redirectURI: query.redirectURI, state: query.state, client: query.client))
        case (.whenNeeded, nil), (.login, _):
            return showForm(query, userName: query.loginHint ?? "", notice: nil)
        }
    }

    /// `POST /login`: back to the client with a code, or the form once more.
    func logIn(_ request: Request) async throws -> Response {
        let form = try await request.form()
        guard let id = form["interaction"],
            let query = provider.withState({ $0.interactions.removeValue(forKey: id) })
        else {
            return .page(.badRequest, .message("This page has expired", "Please start again from the application."))
        }
        let userName = form["username"] ?? ""
        guard let person = provider.person(named: userName), person.password == form["password"] else {
            return showForm(query, userName: userName, notice: "Incorrect user name or password.")
        }
        let sessionID = provider.handle(bytes: 24)
        let now = provider.configuration.clock()
        provider.withState { $0.sessions[sessionID] = SessionRecord(person: person, authenticatedAt: now) }
        var response = redirect(query, person: person, at: now, sessionID: sessionID)
        response.setCookie(SessionController.cookie(sessionID, maxAge: nil))
        return response
    }

    private func showForm(_ query: AuthorizationQuery, userName: String, notice: String?) -> Response {
        let interaction = provider.handle(bytes: 24)
        provider.withState { $0.interactions[interaction] = query }
        let page = HostedPage.login(
            interaction: interaction, clientName: query.client.id, userName: userName, notice: notice)
        return .page(notice == nil ? .ok : .unauthorized, page)
    }

    private func redirect(
        _ query: AuthorizationQuery, person: SimulatedPerson, at authenticatedAt: Date, sessionID: String?
    ) -> Response {
        let code = provider.handle(bytes: 24)
        let login = Login(
            person: person, client: query.client, scope: query.scope, nonce: query.nonce,
            authenticatedAt: authenticatedAt, originID: provider.uuid(), sessionID: sessionID)
        let record = CodeRecord(
            login: login, redirectURI: query.redirectURI, challenge: query.challenge,
            expiresAt: provider.configuration.clock().addingTimeInterval(300))
        provider.withState { $0.codes[code] = record }
        return callback(
            [("code", code)], redirectURI: query.redirectURI, state: query.state, client: query.client)
    }

    private func refuse(_ rejection: AuthorizationQuery.Rejection) -> Response {
        switch rejection {
        case .page(let reason):
            .page(.badRequest, .message("This request cannot be answered", reason))
        case .redirect(let code, let redirectURI, let state, let client):
            callback([("error", code)], redirectURI: redirectURI, state: state, client: client)
        }
    }

    /// The answer through the browser; the OpenID face names its issuer in it (RFC 9207), Cognito does not.
    private func callback(
        _ fields: [(name: String, value: String)], redirectURI: String, state: String?, client: SimulatedClient
    ) -> Response {
        let faults = provider.faults
        var fields = fields
        if let state {
            fields.append(("state", faults.contains(.callback(.wrongState)) ? "not-the-state-that-was-sent" : state))
        }
        if faults.contains(.callback(.wrongIssuer)) {
            fields.append(("iss", "https://elsewhere.invalid"))
        } else if case .openID = client.face, !faults.contains(.callback(.missingIssuer)) {
            fields.append(("iss", provider.issuer(of: .openID)))
        }
        return .found(FormFields.append(fields, to: redirectURI))
    }
}
