import HTTPTypes
import Hummingbird

/// The browser's session at the hosted pages, and its end.
struct SessionController {
    let provider: SimulatedProvider

    static let cookieName = "simulated_upstream"

    static func cookie(_ value: String, maxAge: Int?) -> Cookie {
        Cookie(name: cookieName, value: value, maxAge: maxAge, path: "/", httpOnly: true, sameSite: .lax)
    }

    /// `GET /logout`, with Cognito's parameters (`client_id`, `logout_uri`) or those of OpenID Connect
    /// RP-Initiated Logout (`client_id`, `post_logout_redirect_uri`, `state`).
    func logOut(_ request: Request) -> Response {
        let query = request.query
        let target = query["logout_uri"] ?? query["post_logout_redirect_uri"]
        let client = query["client_id"].flatMap(provider.client)
        var response =
            switch (client, target) {
            case (.some(let client), .some(let target)) where client.logoutURIs.contains(target):
                Response.found(query["state"].map { FormFields.append([("state", $0)], to: target) } ?? target)
            case (_, nil):
                Response.page(.ok, .message("Signed out", "You have signed out of the city pool."))
            case (_, .some):
                Response.page(.badRequest, .message("This request cannot be answered", "Unknown return address."))
            }
        guard response.status != .badRequest else { return response }
        if let id = request.cookies[SessionController.cookieName]?.value {
            provider.withState { $0.sessions[id] = nil }
        }
        response.setCookie(SessionController.cookie("", maxAge: 0))
        return response
    }
}
