import FoundationEssentials
import HTTPTypes
import Hummingbird
import OAuth

/// The REST API of the GitHub-shaped side, below `/api/v3` as on Enterprise Server.
struct GitHubAPIController {
    let provider: SimulatedProvider

    /// An answer that is an error.
    private struct Failure: Error {
        let status: HTTPResponse.Status
        let message: String
    }

    /// `GET /user`.
    func user(_ request: Request) throws -> Response {
        try answer(request) { token in
            let account = token.account
            var user: [String: JSONValue] = [
                "login": .string(account.login), "id": .integer(account.id), "name": .string(account.name),
                "avatar_url": .string("\(provider.baseURL)/avatars/u/\(account.id)"),
                "html_url": .string("\(provider.baseURL)/\(account.login)"), "type": "User",
                "company": "City of Example",
                "email": "shown-on-the-profile@elsewhere.example", "updated_at": "2026-01-01T00:00:00Z",
            ]
            if faults.contains(.anotherPerson) { user["id"] = .integer(account.id + 1) }
            if faults.contains(.missingID) { user["id"] = nil }
            return .object(user)
        }
    }

    /// `GET /user/emails`.
    func addresses(_ request: Request) throws -> Response {
        try answer(request) { token in
            guard !faults.contains(.addressesForbidden), token.scope.contains("user:email") else {
                throw Failure(status: .forbidden, message: "Resource not accessible by integration")
            }
            return .array(
                token.account.addresses.map { address in
                    .object([
                        "email": .string(address.email), "primary": .bool(address.rank == .primary),
                        "verified": .bool(address.standing == .verified), "visibility": "private",
                    ])
                })
        }
    }

    /// `GET /user/orgs`.
    func organizations(_ request: Request) throws -> Response {
        try page(request) { account in account.organizations.map { .object(["login": .string($0), "id": 1]) } }
    }

    /// `GET /user/teams`.
    func teams(_ request: Request) throws -> Response {
        try page(request) { account in
            account.teams.map { team in
                let names = team.split(separator: "/").map(String.init)
                return .object([
                    "name": .string(names.last ?? ""), "slug": .string(names.last ?? ""),
                    "organization": .object(["login": .string(names.first ?? "")]),
                ])
            }
        }
    }

    /// `POST /applications/{client_id}/token`: whose token it is.
    func check(_ request: Request, _ clientID: String) async throws -> Response {
        let (name, token) = try await inspected(request, clientID)
        guard name != nil else {
            return try failure(Failure(status: .unauthorized, message: "Requires authentication"))
        }
        guard let token else { return try failure(Failure(status: .notFound, message: "Not Found")) }
        let application = faults.contains(.anotherApplication) ? "another-application" : clientID
        return try .json(
            .ok,
            .object([
                "app": .object(["client_id": .string(application), "name": "City"]),
                "user": .object(["login": .string(token.account.login), "id": .integer(token.account.id)]),
                "expires_at": token.expiresAt.map { .string($0.formatted(.iso8601)) } ?? .null,
            ]))
    }

    /// `DELETE /applications/{client_id}/token`.
    func revoke(_ request: Request, _ clientID: String) async throws -> Response {
        let (name, token) = try await inspected(request, clientID)
        guard let name else { return try failure(Failure(status: .unauthorized, message: "Requires authentication")) }
        guard token != nil else { return try failure(Failure(status: .notFound, message: "Not Found")) }
        provider.withState { $0.gitHub.tokens[name] = nil }
        return Response(status: .noContent)
    }

    private var faults: Set<GitHubFault> {
        Set(
            provider.faults.compactMap { fault in
                guard case .gitHub(let fault) = fault else { return nil }
                return fault
            })
    }

    /// The token in the body and what it stands for; its name is nil for a wrong credential.
    private func inspected(
        _ request: Request, _ clientID: String
    ) async throws -> (name: String?, token: GitHubState.Token?) {
        let application = provider.configuration.gitHub.applications.first { $0.clientID == clientID }
        let credential = application.map { Data("\($0.clientID):\($0.secret)".utf8).base64EncodedString() }
        guard let credential, request.headers[.authorization] == "Basic \(credential)" else { return (nil, nil) }
        let body = try await request.body.collect(upTo: 65_536)
        let message = try UntrustedJSON.decode([String: String].self, from: Array(body.readableBytesView))
        let name = message["access_token"] ?? ""
        let token = provider.withState { $0.gitHub.tokens[name] }
        return (name, token?.application == application ? token : nil)
    }

    /// One page of a list of the person behind the token.
    private func page(_ request: Request, _ elements: (GitHubAccount) -> [JSONValue]) throws -> Response {
        try answer(request) { token in
            guard !faults.contains(.membershipForbidden), token.scope.contains("read:org") else {
                throw Failure(status: .forbidden, message: "You need at least read:org scope.")
            }
            if faults.contains(.endlessLists) {
                let stranger = JSONValue.object(["login": "elsewhere"])
                return .array([.object(["login": "elsewhere", "slug": "team", "organization": stranger])])
            }
            let length = min(request.query["per_page"].flatMap(Int.init) ?? 30, 100)
            let number = request.query["page"].flatMap(Int.init) ?? 1
            return .array(Array(elements(token.account).dropFirst(max(0, number - 1) * length).prefix(length)))
        }
    }

    private func answer(_ request: Request, _ body: (GitHubState.Token) throws -> JSONValue) throws -> Response {
        do {
            if faults.contains(.throttled) {
                throw Failure(status: .forbidden, message: "API rate limit exceeded for user ID 1.")
            }
            let name = request.headers[.authorization].flatMap { header in
                header.lowercased().hasPrefix("bearer ") ? String(header.dropFirst(7)) : nil
            }
            guard let name, let token = provider.withState({ $0.gitHub.tokens[name] }),
                token.expiresAt.map({ $0 > provider.configuration.clock() }) ?? true
            else { throw Failure(status: .unauthorized, message: "Bad credentials") }
            return try .json(.ok, try body(token))
        } catch let refusal as Failure {
            return try failure(refusal)
        }
    }

    private func failure(_ failure: Failure) throws -> Response {
        try .json(failure.status, .object(["message": .string(failure.message)]))
    }
}
