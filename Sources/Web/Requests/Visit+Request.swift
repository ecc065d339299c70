import Broker
import HTTPTypes
import Hummingbird

extension WebEnvironment {
    /// What the flows need to know of this request.
    func visit(_ request: Request, _ context: BrokerRequestContext) -> Visit {
        // The router answers HEAD by what GET does (RFC 9110 §9.3.2), and every GET here that does something does it
        // for a browser's cookie: a robot that only looks at a link is a stranger.
        let cookies = request.method == .head ? [] : request.values(of: .cookie)
        return Visit(
            ray: context.ray, address: context.address,
            browser: self.cookies.secret(self.cookies.browser, in: cookies),
            session: self.cookies.secret(self.cookies.session, in: cookies), logger: context.logger)
    }
}
