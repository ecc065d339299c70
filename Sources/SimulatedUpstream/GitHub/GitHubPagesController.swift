import HTTPTypes
import Hummingbird

/// The pages of the GitHub-shaped side.
struct GitHubPagesController {
    let provider: SimulatedProvider

    /// `GET /login/oauth/authorize`.
    func authorize(_ request: Request) -> Response {
        guard let request = GitHubRequest(request.query, provider.configuration.gitHub) else {
            return .page(.notFound, .message("This request cannot be answered", "Unknown application or callback."))
        }
        return showForm(request, notice: nil)
    }

    /// `POST /session`: back to the application with a code, or the form once more.
    func logIn(_ request: Request) async throws -> Response {
        let form = try await request.form()
        guard let id = form["interaction"],
            let request = provider.withState({ $0.gitHub.requests.removeValue(forKey: id) })
        else {
            return .page(.badRequest, .message("This page has expired", "Please start again from the application."))
        }
        let account = provider.configuration.gitHub.accounts.first { $0.login == form["username"] }
        guard let account, account.password == form["password"] else {
            return showForm(request, notice: "Incorrect user name or password.")
        }
        let code = provider.handle(bytes: 10)
        provider.withState { $0.gitHub.codes[code] = GitHubState.Code(request: request, account: account) }
        return callback([("code", code)], request)
    }

    private func showForm(_ request: GitHubRequest, notice: String?) -> Response {
        let interaction = provider.handle(bytes: 24)
        provider.withState { $0.gitHub.requests[interaction] = request }
        let page = HostedPage.login(
            interaction: interaction, clientName: request.application.clientID, userName: "", notice: notice,
            action: Endpoint.gitHubSession.path(poolID: provider.configuration.poolID))
        return .page(notice == nil ? .ok : .unauthorized, page)
    }

    /// The answer through the browser, which names its issuer (RFC 9207).
    private func callback(_ fields: [(name: String, value: String)], _ request: GitHubRequest) -> Response {
        let faults = provider.faults
        var fields = fields
        if let state = request.state {
            fields.append(("state", faults.contains(.callback(.wrongState)) ? "not-the-state-that-was-sent" : state))
        }
        if faults.contains(.callback(.wrongIssuer)) {
            fields.append(("iss", "https://elsewhere.invalid"))
        } else if !faults.contains(.callback(.missingIssuer)) {
            fields.append(("iss", provider.gitHubIssuer))
        }
        return .found(FormFields.append(fields, to: request.application.callback))
    }
}

extension SimulatedProvider {
    /// What the GitHub-shaped side calls itself in its callbacks.
    package var gitHubIssuer: String { baseURL + "/login/oauth" }
}
