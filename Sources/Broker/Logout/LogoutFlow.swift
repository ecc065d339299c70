package import OAuth
import Storage

/// `/oauth2/logout`: ends the browser's session (OIDC RP-Initiated Logout §2).
package struct LogoutFlow: Sendable {
    private let environment: BrokerEnvironment
    private let sessions: Sessions
    private let departures: UpstreamDepartures
    private let desk: AccountDesk
    private let frontChannel: FrontChannelDesk

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        sessions = Sessions(environment)
        departures = UpstreamDepartures(environment)
        desk = AccountDesk(environment)
        frontChannel = FrontChannelDesk(environment)
    }

    /// What the client, or the person on the page that asks them, wants.
    package struct Request: Sendable {
        /// An ID token of ours, as evidence that the client speaks of this very session.
        package let idTokenHint: Secret?
        package let clientID: ClientID?
        package let postLogoutRedirectURI: String?
        package let state: String?
        /// From the page that asks: the person has agreed.
        package let formToken: Secret?

        package init(
            idTokenHint: Secret?, clientID: ClientID?, postLogoutRedirectURI: String?, state: String?,
            formToken: Secret?
        ) {
            self.idTokenHint = idTokenHint
            self.clientID = clientID
            self.postLogoutRedirectURI = postLogoutRedirectURI
            self.state = state
            self.formToken = formToken
        }
    }

    /// What happens now.
    package enum Outcome: Sendable {
        /// Nothing has ended yet: anybody could have sent the person here.
        case ask(Question)
        case go(Destination, cookies: [CookieChange])
        /// A page first, on which the browser tells the session's clients.
        case goBy(FrontChannel, to: Destination, cookies: [CookieChange])
    }

    /// The content of the page that asks.
    package struct Question: Sendable {
        package let person: PersonClaims?
        package let client: Client?
        package let formToken: Secret
    }

    /// Where the browser goes afterwards.
    package enum Destination: Sendable {
        /// To a URI registered for this very client.
        case client(String)
        /// To the provider's own logout, from where it comes back.
        case provider(String)
        case page
    }

    /// What a form token vouches for; its envelope's context is ``context``.
    private struct FormToken: Codable, Sendable, Hashable {
        let session: HandleDigest
    }

    private static let context = "logout"

    /// Ends the session if the person agreed or the client shows whose it is, and returns to the client only where the
    /// URI is registered character by character.
    package func logOut(_ request: Request, visit: Visit) async throws -> Outcome {
        let hint = request.idTokenHint.flatMap(environment.idTokenHint)
        let client = try await client(of: request, hint)
        let destination = destination(of: request, client)
        guard let session = try await sessions.current(visit) else {
            return .go(destination, cookies: try await sessions.end(visit: visit).cookies)
        }
        guard hasAgreed(request, session) || isVouchedFor(by: hint, from: client, session) else {
            return .ask(try await question(session, client))
        }
        let ending = try await sessions.end(visit: visit)
        var (cookies, next) = (ending.cookies, destination)
        if let departure = await departures.begin(from: session, to: destination, visit: visit) {
            cookies.append(.departForLogout(departure.sealed))
            next = .provider(departure.address)
        }
        let frames = try await frontChannel.frames(of: ending.ended?.clients ?? [], session: session.login.sessionName)
        guard !frames.isEmpty else { return .go(next, cookies: cookies) }
        let place = frontChannel.place(next, asking: client, from: session)
        return .goBy(FrontChannel(frames: frames, next: place), to: next, cookies: cookies)
    }

    /// Ends everything the person has begun, in this browser and in all others; `token` is the account page's.
    ///
    /// No provider is gone over: this is the answer to a form, which a browser lets lead to no other origin
    /// (Content-Security-Policy `form-action`). Throws ``Refusal/notLoggedIn`` for another browser's token.
    package func logOutEverywhere(
        token: Secret, visit: Visit
    ) async throws -> (channel: FrontChannel, cookies: [CookieChange]) {
        let session = try await desk.session(of: visit, provenBy: token)
        let account = session.login.accountID
        let event = AuditEvent(
            .accountSignedOut, at: environment.clock.now, ray: visit.ray, account: account,
            provider: session.login.provider, address: visit.address)
        let name = session.login.sessionName
        let clients = try await environment.store.clients(inSession: name ?? "", of: account)
        try await environment.store.signOut(account, event: event)
        let frames = try await frontChannel.frames(of: clients, session: name)
        return (FrontChannel(frames: frames, next: nil), [.endSession])
    }

    /// Takes a browser that comes back from a provider's logout to where it was going.
    ///
    /// `sealed` is what it carried; not every provider brings `state` back.
    package func comeBack(_ sealed: Secret?, state: String?) -> (destination: Destination, cookies: [CookieChange]) {
        guard let sealed else { return (.page, []) }
        return (departures.destination(of: sealed, state: state), [.endDeparture])
    }

    /// The client that asks; nil where the hint was made for another than the one that is named.
    private func client(of request: Request, _ hint: IDTokenHint?) async throws -> Client? {
        let hinted = hint.map { ClientID(rawValue: $0.audience) }
        if let named = request.clientID, let hinted, named != hinted { return nil }
        guard let id = request.clientID ?? hinted else { return nil }
        return try await environment.store.client(id)
    }

    private func destination(of request: Request, _ client: Client?) -> Destination {
        guard let client, let uri = request.postLogoutRedirectURI,
            client.postLogoutRedirectURIs.contains(where: { $0.utf8.elementsEqual(uri.utf8) })
        else { return .page }
        guard let state = request.state else { return .client(uri) }
        let separator = uri.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return .client(uri + separator + FormEncoding.encode([("state", state)]))
    }

    private func hasAgreed(_ request: Request, _ session: Session) -> Bool {
        guard let token = request.formToken,
            let opened = try? environment.keyRing.openJSON(token.reveal(), as: .formToken, into: FormToken.self)
        else { return false }
        return opened.context == Self.context && opened.value == FormToken(session: session.digest)
    }

    /// Whether `client` holds an ID token of this session, or of this person.
    private func isVouchedFor(by hint: IDTokenHint?, from client: Client?, _ session: Session) -> Bool {
        guard let hint, let client else { return false }
        let name = session.login.sessionName
        return (name != nil && hint.sessionName == name)
            || hint.subject == environment.subject(of: session.login.accountID, for: client)
    }

    private func question(_ session: Session, _ client: Client?) async throws -> Question {
        let login = session.login
        let person = try await environment.store.person(provider: login.provider, subject: login.subject)
        let token = try environment.keyRing.sealJSON(
            FormToken(session: session.digest), as: .formToken, for: Self.context, salt: environment.random.salt())
        return Question(person: person?.identity.claims, client: client, formToken: token.secret)
    }
}
