import Broker
import HTTPTypes
import Hummingbird

extension WebEnvironment {
    /// Takes a browser that has logged out to where it goes now.
    func depart(
        to destination: LogoutFlow.Destination, _ cookies: [CookieChange], for request: Request
    ) -> Response {
        var response =
            switch destination {
            case .client(let location), .provider(let location): redirect(to: location)
            case .page: render(SignedOutPage(continuation: nil), for: request)
            }
        for change in cookies {
            response.headers.append(HTTPField(name: .setCookie, value: self.cookies.setCookie(change)))
        }
        return response
    }
}
