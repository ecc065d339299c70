import FoundationEssentials
import HTTPTypes
import Hummingbird
import SimulatedUpstream
import Synchronization

/// The city's own login page, apart from the broker: it logs people in at the pool and hands over the tokens.
struct LoginFrontEnd: Sendable {
    static let clientID = "city-login"

    private let pool: PoolLogin
    private let handover: BridgeHandover
    private let way: BridgeHandover.Way
    private let surroundings: DemoSurroundings
    private let waiting = WaitingLogins()

    init(city: DemoCity) {
        let http = OutboundHTTP(client: city.surroundings.httpClient)
        pool = PoolLogin(
            api: city.pool.address(of: .initiateAuth), clientID: DemoCity.poolClientID, http: http)
        handover = BridgeHandover(
            issuer: city.issuer, clientID: LoginFrontEnd.clientID, clientSecret: city.credentials.frontEndSecret,
            http: http)
        way = city.handover
        surroundings = city.surroundings
    }

    /// The front end's routes.
    func buildRouter() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/") { _, _ in Response.page(.ok, FrontEndPages.home) }
        router.get("/login") { request, _ in await self.showLogin(request.query) }
        router.post("/login") { request, _ in try await self.logIn(await request.form()) }
        router.post("/handover") { request, _ in try await self.handOver(await request.form()) }
        router.get("/style.css") { _, _ in Response.styleSheet(accent: .city) }
        router.get("/icon.svg") { _, _ in Response.icon(.city, accent: .city) }
        router.get("/handover.js") { _, _ in Response.script(HandoverScript.text) }
        return router
    }

    private func showLogin(_ query: FormFields) async -> Response {
        guard let payload = query["payload"], let info = await handover.info(payload: payload) else {
            return .page(.badRequest, FrontEndPages.unknownRequest)
        }
        return .page(.ok, FrontEndPages.login(LoginForm(payload: payload, clientName: info.clientName)))
    }

    private func logIn(_ form: FormFields) async -> Response {
        guard let payload = form["payload"] else { return .page(.badRequest, FrontEndPages.unknownRequest) }
        let userName = form["username"] ?? ""
        var shown = LoginForm(payload: payload, clientName: form["client_name"] ?? "", userName: userName)
        switch await pool.logIn(userName: userName, password: form["password"] ?? "") {
        case .wrongPassword:
            shown.notice = "That user name and password do not go together. Please try again."
            return .page(.unauthorized, FrontEndPages.login(shown))
        case .unavailable:
            shown.notice = "The city pool is not answering just now. Please try again in a moment."
            return .page(.serviceUnavailable, FrontEndPages.login(shown))
        case .loggedIn(let tokens):
            switch way {
            case .browser: return handOverInBrowser(tokens, payload: payload)
            case .backEnd: return await handOverHere(tokens, payload: payload)
            }
        }
    }

    /// The page whose script posts the tokens; without scripts its button asks this back end to.
    private func handOverInBrowser(_ tokens: PoolTokens, payload: String) -> Response {
        let ticket = surroundings.handle()
        waiting.keep(WaitingLogin(tokens: tokens, payload: payload, since: surroundings.clock()), under: ticket)
        guard let body = try? JSONEncoder().encode(BridgeHandover.Staging(payload: payload, tokens: tokens)) else {
            return .page(.internalServerError, FrontEndPages.handoverFailed)
        }
        let page = FrontEndPages.handover(
            storeAddress: handover.storeAddress, continueAddress: handover.continueAddress, payload: payload,
            body: String(decoding: body, as: UTF8.self), ticket: ticket)
        return .page(.ok, page, connecting: handover.issuer)
    }

    private func handOver(_ form: FormFields) async -> Response {
        guard let ticket = form["ticket"], let login = waiting.take(ticket, now: surroundings.clock()) else {
            return .page(.badRequest, FrontEndPages.unknownRequest)
        }
        return await handOverHere(login.tokens, payload: login.payload)
    }

    private func handOverHere(_ tokens: PoolTokens, payload: String) async -> Response {
        do {
            return .seeOther(handover.continueAddress(payload: try await handover.store(tokens, payload: payload)))
        } catch {
            switch error {
            case .refused: return .page(.badRequest, FrontEndPages.handoverFailed)
            case .unavailable: return .page(.serviceUnavailable, FrontEndPages.handoverFailed)
            }
        }
    }
}
