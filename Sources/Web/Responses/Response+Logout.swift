import Broker
import HTTPTypes
import Hummingbird

extension WebEnvironment {
    /// Takes a browser that has logged out to where it goes now.
    func depart(
        to destination: LogoutFlow.Destination, _ cookies: [CookieChange], for request: Request
    ) -> Response {
        let response =
            switch destination {
            case .client(let location), .provider(let location): redirect(to: location)
            case .page: render(SignedOutPage(continuation: nil), for: request)
            }
        return change(cookies, with: response)
    }

    /// Shows a browser that has logged out the page on which it tells the clients, and takes it on from there.
    func depart(
        by channel: FrontChannel, to destination: LogoutFlow.Destination, _ cookies: [CookieChange],
        for request: Request
    ) -> Response {
        let page = SignedOutPage(
            continuation: continuation(to: destination.location, channel.next),
            frames: channel.frames.compactMap(SignedOutPage.Frame.init(address:)))
        var response = render(page, for: request)
        response.headers[.refresh] = destination.location.map { "\(Self.pause); url=\($0)" }
        return change(cookies, with: response)
    }

    /// Seconds for which the page stands: what the clients have not loaded by then they hear in no other way than by
    /// their back channels.
    private static let pause = 3

    private func continuation(
        to location: String?, _ place: FrontChannel.Place?
    ) -> SignedOutPage.Continuation? {
        guard let location, let place else { return nil }
        let named: SignedOutPage.Continuation.Place =
            switch place {
            case .client(let name): .client(DisplayName(name))
            case .provider(let name): .provider(DisplayName(name))
            }
        return SignedOutPage.Continuation(named, link: PageLink(leavingFor: location))
    }

    private func change(_ cookies: [CookieChange], with response: Response) -> Response {
        var response = response
        for change in cookies {
            response.headers.append(HTTPField(name: .setCookie, value: self.cookies.setCookie(change)))
        }
        return response
    }
}

extension LogoutFlow.Destination {
    /// Where the browser is taken, if it is to leave.
    fileprivate var location: String? {
        switch self {
        case .client(let location), .provider(let location): location
        case .page: nil
        }
    }
}

extension HTTPField.Name {
    fileprivate static let refresh = HTTPField.Name("Refresh") ?? .location
}
