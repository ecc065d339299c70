import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Knows who stands at the account page, and sends those whom it does not know to log in.
struct AccountDesk: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads
    private let sessions: Sessions

    /// Seconds after a login within which the ways into the account may be changed.
    private static let freshness = 600

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
        sessions = Sessions(environment)
    }

    /// What a token of the page vouches for.
    private struct PageToken: Codable, Sendable {
        let session: SessionReference
        /// Seconds since 1970.
        let madeAt: Int

        private enum CodingKeys: String, CodingKey {
            case session = "s"
            case madeAt = "t"
        }
    }

    /// The browser's live session.
    func session(of visit: Visit) async throws -> Session? { try await sessions.current(visit) }

    /// The session that `token` was made for, in the browser that has it; throws ``Refusal/notLoggedIn`` for any other.
    func session(of visit: Visit, provenBy token: Secret) async throws -> Session {
        guard let session = try await session(of: visit), let reference = SessionReference(session),
            let opened = try? environment.keyRing.openJSON(token.reveal(), as: .formToken, into: PageToken.self),
            opened.context == ClientID.accountPage.rawValue, opened.value.session == reference,
            environment.clock.now.numericDate - opened.value.madeAt < environment.lifetimes.session.absolute
        else { throw Refusal.notLoggedIn }
        return session
    }

    /// The same session as `reference` in this browser; throws ``Refusal/notLoggedIn`` for any other.
    func session(of visit: Visit, named reference: SessionReference) async throws -> Session {
        guard let session = try await session(of: visit), SessionReference(session) == reference else {
            throw Refusal.notLoggedIn
        }
        return session
    }

    /// Whether the person proved themselves so short a time ago that they may change how they log in.
    func isFresh(_ session: Session) -> Bool {
        environment.clock.now.timeIntervalSince(session.login.authenticatedAt) < Double(Self.freshness)
    }

    /// A token for the links and forms of a page made for `session`.
    func token(for session: Session) throws -> Secret {
        guard let reference = SessionReference(session) else { throw Refusal.notLoggedIn }
        let token = PageToken(session: reference, madeAt: environment.clock.now.numericDate)
        return try environment.keyRing.sealJSON(
            token, as: .formToken, for: ClientID.accountPage.rawValue, salt: environment.random.salt()
        ).secret
    }

    /// Whether somebody who is logged in has to prove themselves all the same.
    enum Again: Sendable {
        case ifNeeded
        case always
    }

    /// To the login page, and from there to the account page.
    func logIn(again: Again, visit: Visit) async throws -> FlowResult {
        let browser = visit.browser ?? environment.random.handle()
        let cookies: [CookieChange] = visit.browser == nil ? [.bindBrowser(browser)] : []
        let payload = try payload(again: again, browser: browser, ray: visit.ray)
        return FlowResult(.goToLogin(payload: try await payloads.seal(payload)), cookies: cookies)
    }

    /// A payload of the account page's own, for a trip that begins there.
    func payload(again: Again, browser: Secret, ray: RayID) throws -> AuthorizationPayload {
        let client = try Client.accountPage(of: environment.issuer)
        // Nobody redeems a code of this request; the challenge is there because every request has one.
        let verifier = CodeVerifier(random: environment.random.bytes(Bits256.self))
        var fields = [
            (name: "response_type", value: "code"), ("client_id", client.id.rawValue),
            ("redirect_uri", "\(environment.issuer)/account"), ("scope", Scope.openid),
            ("code_challenge", CodeChallenge(of: verifier).value), ("code_challenge_method", "S256"),
        ]
        switch again {
        case .ifNeeded: break
        case .always: fields.append(("prompt", "login"))
        }
        let parameters = try FormParameters(decoding: FormEncoding.encode(fields).utf8)
        return payloads.make(try AuthorizationRequest(parameters, client: client), browser: browser, ray: ray)
    }
}
