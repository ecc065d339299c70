import Broker
import HTTPTypes
import Hummingbird

extension WebEnvironment {
    /// What the flows need to know of this request.
    func visit(_ request: Request, _ context: BrokerRequestContext) -> Visit {
        let cookies = request.values(of: .cookie)
        return Visit(
            ray: context.ray, address: context.address,
            browser: self.cookies.secret(self.cookies.browser, in: cookies),
            session: self.cookies.secret(self.cookies.session, in: cookies), logger: context.logger)
    }
}
