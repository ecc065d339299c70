import Crypto
import FoundationEssentials
import HTTPTypes
import Hummingbird
import OAuth

/// The token endpoint of the GitHub-shaped side: every answer is 200, refusals too.
struct GitHubTokenController {
    let provider: SimulatedProvider

    /// Seconds: eight hours.
    private static let lifetime = 28_800.0

    /// What GitHub says instead of a token.
    private enum Refusal: String, Error {
        case wrongCredentials = "incorrect_client_credentials"
        case badCode = "bad_verification_code"
        case badRefreshToken = "bad_refresh_token"
    }

    /// `POST /login/oauth/access_token`.
    func exchange(_ request: Request) async throws -> Response {
        let form = try await request.form()
        do {
            let token = try form["grant_type"] == "refresh_token" ? refresh(form) : redeem(form)
            return try answer(issue(token), to: request)
        } catch let refusal as Refusal {
            return try answer([("error", .string(refusal.rawValue))], to: request)
        }
    }

    private func application(_ form: FormFields) throws(Refusal) -> GitHubApplication {
        let application = provider.configuration.gitHub.applications.first { $0.clientID == form["client_id"] }
        guard let application, application.secret == form["client_secret"] else { throw .wrongCredentials }
        return application
    }

    private func redeem(_ form: FormFields) throws(Refusal) -> GitHubState.Token {
        let application = try application(form)
        let code = form["code"].flatMap { code in provider.withState { $0.gitHub.codes.removeValue(forKey: code) } }
        guard !provider.faults.contains(.refreshRefused), let code, code.request.application == application,
            form["redirect_uri"].map({ $0 == application.callback }) ?? true,
            code.request.challenge == form["code_verifier"].map(Self.challenge)
        else { throw .badCode }
        return GitHubState.Token(
            application: application, account: code.account, scope: code.request.scope, expiresAt: expiry(application))
    }

    private func refresh(_ form: FormFields) throws(Refusal) -> GitHubState.Token {
        let application = try application(form)
        provider.withState { $0.refreshes += 1 }
        let old = provider.withState { state in
            form["refresh_token"].flatMap { state.gitHub.refreshTokens.removeValue(forKey: $0) }
                .flatMap { state.gitHub.tokens.removeValue(forKey: $0) }
        }
        guard !provider.faults.contains(.refreshRefused), let old, old.application == application else {
            throw .badRefreshToken
        }
        return GitHubState.Token(
            application: application, account: old.account, scope: old.scope, expiresAt: expiry(application))
    }

    private func expiry(_ application: GitHubApplication) -> Date? {
        switch application.tokens {
        case .lasting: nil
        case .expiring: provider.configuration.clock().addingTimeInterval(Self.lifetime)
        }
    }

    private func issue(_ token: GitHubState.Token) -> [(name: String, value: JSONValue)] {
        let (access, refresh) = ("gho_" + provider.handle(bytes: 27), "ghr_" + provider.handle(bytes: 57))
        var members: [(name: String, value: JSONValue)] = [
            ("access_token", .string(access)), ("scope", .string(token.scope.joined(separator: ","))),
            ("token_type", "bearer"),
        ]
        provider.withState { $0.gitHub.tokens[access] = token }
        switch token.application.tokens {
        case .lasting: break
        case .expiring:
            provider.withState { $0.gitHub.refreshTokens[refresh] = access }
            members += [
                ("expires_in", .integer(Int64(Self.lifetime))), ("refresh_token", .string(refresh)),
                ("refresh_token_expires_in", 15_897_600),
            ]
        }
        return members
    }

    /// A form unless JSON was asked for.
    private func answer(_ members: [(name: String, value: JSONValue)], to request: Request) throws -> Response {
        if request.headers[.accept]?.contains("application/json") == true {
            return try .json(.ok, .object(Dictionary(members.map { ($0.name, $0.value) }) { _, last in last }))
        }
        let fields = members.map { member in
            (name: member.name, value: member.value.string ?? member.value.seconds.map { "\(Int($0))" } ?? "")
        }
        return Response(
            status: .ok, headers: [.contentType: "application/x-www-form-urlencoded; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: FormFields.encode(fields))))
    }

    /// S256 (RFC 7636 §4.2).
    private static func challenge(of verifier: String) -> String {
        Base64URL.encode(SHA256.hash(data: Array(verifier.utf8)))
    }
}
