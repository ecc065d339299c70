import FoundationEssentials
import HTTPTypes
import Hummingbird
import SimulatedUpstream

/// A sample service of the city: a site with sessions of its own that logs people in at the broker.
struct CityService: Sendable {
    static let callbackPath = "/callback"

    private let profile: CityServiceProfile
    private let address: String
    private let client: OAuthClient
    private let sessions = ServiceSessions()
    private let surroundings: DemoSurroundings

    init(_ profile: CityServiceProfile, port: Int, secret: String?, issuer: String, surroundings: DemoSurroundings) {
        self.profile = profile
        self.surroundings = surroundings
        address = DemoPorts.address(port)
        client = OAuthClient(
            issuer: issuer, clientID: profile.clientID, secret: secret, scope: profile.scope,
            redirectURI: address + CityService.callbackPath, postLogoutRedirectURI: address + "/",
            http: OutboundHTTP(client: surroundings.httpClient), clock: surroundings.clock)
    }

    /// The service's routes.
    func buildRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/") { request, _ in await self.home(request) }
        router.get("/login") { request, _ in await self.begin(request) }
        router.get(RouterPath(CityService.callbackPath)) { request, _ in await self.finish(request) }
        router.post("/refresh") { request, _ in await self.refresh(request) }
        router.post("/logout") { request, _ in self.logOut(request) }
        router.get("/style.css") { _, _ in Response.styleSheet(accent: self.profile.accent) }
        router.get("/icon.svg") { _, _ in Response.icon(self.profile.icon, accent: self.profile.accent) }
        return router
    }

    private var pages: ServicePages { ServicePages(profile: profile) }

    private func home(_ request: Request) async -> Response {
        guard case .signedIn(let signedIn) = session(request) else { return .page(.ok, pages.welcome) }
        return await show(signedIn, notice: nil)
    }

    private func show(_ signedIn: SignedIn, notice: String?) async -> Response {
        let userInfo: Result<Claims, LoginFailure>
        do {
            userInfo = .success(try await client.userInfo(signedIn.tokens, at: signedIn.metadata))
        } catch {
            userInfo = .failure(error)
        }
        let page = pages.profile(signedIn.tokens, userInfo: userInfo, notice: notice, now: surroundings.clock())
        return .page(.ok, page)
    }

    private func begin(_ request: Request) async -> Response {
        do {
            let login = PendingLogin(
                state: surroundings.handle(), nonce: surroundings.handle(),
                verifier: Encoding.base64URL(surroundings.randomness(32)), metadata: try await client.discover())
            var response = Response.seeOther(client.authorizationAddress(for: login))
            open(.pending(login), replacing: request, on: &response)
            return response
        } catch {
            return .page(.serviceUnavailable, pages.failure(error))
        }
    }

    private func finish(_ request: Request) async -> Response {
        guard let id = sessionID(request), case .pending(let login) = sessions.end(id) else {
            return .page(.badRequest, pages.failure(.mismatch))
        }
        do {
            let tokens = try await client.finish(login, callback: request.query)
            var response = Response.seeOther("/")
            open(.signedIn(SignedIn(tokens: tokens, metadata: login.metadata)), replacing: request, on: &response)
            return response
        } catch {
            return .page(.badRequest, pages.failure(error))
        }
    }

    private func refresh(_ request: Request) async -> Response {
        guard isFromHere(request), let id = sessionID(request), case .signedIn(var signedIn) = sessions[id] else {
            return .seeOther("/")
        }
        do {
            signedIn.tokens = try await client.refresh(signedIn.tokens, at: signedIn.metadata)
            sessions.keep(.signedIn(signedIn), under: id, now: surroundings.clock())
            return .seeOther("/")
        } catch {
            return await show(signedIn, notice: error.explanation)
        }
    }

    private func logOut(_ request: Request) -> Response {
        guard isFromHere(request), let id = sessionID(request), case .signedIn(let signedIn) = sessions.end(id) else {
            return .seeOther("/")
        }
        return .seeOther(client.logoutAddress(signedIn.tokens, at: signedIn.metadata))
    }

    /// Whether a form was sent by a page of this service: the other ports of this host are the same site, so
    /// `SameSite` does not tell.
    private func isFromHere(_ request: Request) -> Bool {
        request.headers[.origin].map { $0 == address } ?? true
    }

    private func sessionID(_ request: Request) -> String? {
        request.cookies[profile.cookieName]?.value
    }

    private func session(_ request: Request) -> ServiceSessions.Session? {
        sessionID(request).flatMap { sessions[$0] }
    }

    /// Opens a session under a new id, so that one planted in the browser is worth nothing.
    private func open(_ session: ServiceSessions.Session, replacing request: Request, on response: inout Response) {
        if let old = sessionID(request) { sessions.end(old) }
        let id = surroundings.handle()
        sessions.keep(session, under: id, now: surroundings.clock())
        response.setCookie(
            Cookie(name: profile.cookieName, value: id, path: "/", httpOnly: true, sameSite: .lax))
    }
}
