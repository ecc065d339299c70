import FoundationEssentials
import SimulatedUpstream

/// An OAuth 2.0 client as a service would have one: code flow with PKCE, `state`, `nonce` and `iss` checked.
struct OAuthClient: Sendable {
    let issuer: String
    let clientID: String
    /// `nil` for a public client.
    let secret: String?
    let scope: String
    let redirectURI: String
    let postLogoutRedirectURI: String
    let http: OutboundHTTP
    let clock: @Sendable () -> Date

    /// Reads the broker's discovery document, and believes it only where it names the expected issuer.
    func discover() async throws(LoginFailure) -> BrokerMetadata {
        do {
            let answer = try await http.get(issuer + "/.well-known/openid-configuration")
            let metadata = try answer.decoded(as: BrokerMetadata.self)
            guard metadata.issuer == issuer else { throw LoginFailure.mismatch }
            return metadata
        } catch let failure as LoginFailure {
            throw failure
        } catch {
            throw .unavailable
        }
    }

    /// Where the browser goes to log in (RFC 6749 §4.1.1).
    func authorizationAddress(for login: PendingLogin) -> String {
        FormFields.append(
            [
                ("response_type", "code"), ("client_id", clientID), ("redirect_uri", redirectURI), ("scope", scope),
                ("state", login.state), ("nonce", login.nonce),
                ("code_challenge", Encoding.codeChallenge(of: login.verifier)), ("code_challenge_method", "S256"),
            ],
            to: login.metadata.authorizationEndpoint)
    }

    /// Checks what came back through the browser and redeems its code.
    func finish(_ login: PendingLogin, callback: FormFields) async throws(LoginFailure) -> TokenSet {
        guard callback["state"] == login.state, callback["iss"] == issuer else { throw .mismatch }
        if let error = callback["error"] { throw .refused(code: error) }
        guard let code = callback["code"] else { throw .mismatch }
        let tokens = try await request(
            [
                ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectURI),
                ("code_verifier", login.verifier),
            ],
            at: login.metadata)
        guard let claims = tokens.idToken.flatMap(Claims.init(ofToken:)), claims["iss"] == .text(issuer),
            claims["aud"]?.names(clientID) == true, claims["nonce"] == .text(login.nonce),
            case .number(let end) = claims["exp"], end > clock().timeIntervalSince1970
        else { throw .mismatch }
        return tokens
    }

    /// Fresh tokens for the refresh token among `tokens`.
    func refresh(_ tokens: TokenSet, at metadata: BrokerMetadata) async throws(LoginFailure) -> TokenSet {
        guard let refreshToken = tokens.refreshToken else { throw .refused(code: "no refresh token") }
        let newer = try await request(
            [("grant_type", "refresh_token"), ("refresh_token", refreshToken)], at: metadata)
        return tokens.refreshed(by: newer)
    }

    /// What the broker says about the person (OIDC Core §5.3).
    func userInfo(_ tokens: TokenSet, at metadata: BrokerMetadata) async throws(LoginFailure) -> Claims {
        do {
            let answer = try await http.get(
                metadata.userInfoEndpoint, credential: .bearer(tokens.accessToken))
            guard answer.status == 200 else { throw LoginFailure.refused(code: "userinfo \(answer.status)") }
            return try answer.decoded(as: Claims.self)
        } catch let failure as LoginFailure {
            throw failure
        } catch {
            throw .unavailable
        }
    }

    /// Where the browser goes to end the broker's session too (OIDC RP-Initiated Logout §2).
    func logoutAddress(_ tokens: TokenSet, at metadata: BrokerMetadata) -> String {
        guard let endpoint = metadata.endSessionEndpoint else { return postLogoutRedirectURI }
        var fields: [(name: String, value: String)] = [
            ("client_id", clientID), ("post_logout_redirect_uri", postLogoutRedirectURI),
        ]
        if let idToken = tokens.idToken { fields.append(("id_token_hint", idToken)) }
        return FormFields.append(fields, to: endpoint)
    }

    private func request(
        _ form: [(name: String, value: String)], at metadata: BrokerMetadata
    ) async throws(LoginFailure) -> TokenSet {
        let credential: OutboundHTTP.Credential
        var form = form
        if let secret {
            credential = .basic(id: clientID, secret: secret)
        } else {
            credential = .none
            form.append(("client_id", clientID))
        }
        do {
            let answer = try await http.post(form: form, to: metadata.tokenEndpoint, credential: credential)
            guard answer.status == 200 else {
                throw LoginFailure.refused(code: (try? answer.decoded(as: Refusal.self).error) ?? "unknown")
            }
            return TokenSet(try answer.decoded(as: TokenAnswer.self), receivedAt: clock())
        } catch let failure as LoginFailure {
            throw failure
        } catch {
            throw .unavailable
        }
    }

    private struct Refusal: Decodable {
        let error: String
    }
}
