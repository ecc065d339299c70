package import Broker
package import Logging
package import OAuth
import Synchronization

/// A browser as the flows see it: its two cookies, kept from one step to the next.
package final class TestBrowser: Sendable {
    private struct Cookies {
        var binding: Secret?
        var session: Secret?
        var departure: Secret?
    }

    private let rays: RayIDGenerator
    private let address: String
    private let logger: Logger
    private let cookies = Mutex(Cookies())

    package init(
        _ broker: BrokerFixture, address: String = "203.0.113.7",
        logger: Logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    ) {
        rays = broker.rays
        self.address = address
        self.logger = logger
    }

    /// The next request of this browser.
    package var visit: Visit {
        let cookies = cookies.withLock { $0 }
        return Visit(
            ray: rays.next(), address: address, browser: cookies.binding, session: cookies.session, logger: logger)
    }

    /// The next request as a cross-site one: Lax cookies stay at home.
    package var crossSiteVisit: Visit {
        Visit(ray: rays.next(), address: address, browser: nil, session: nil, logger: logger)
    }

    package var session: Secret? { cookies.withLock { $0.session } }
    package var departure: Secret? { cookies.withLock { $0.departure } }
    package var binding: Secret? { cookies.withLock { $0.binding } }

    /// Keeps the cookies of `result` and says where it leads.
    package func follow(_ result: FlowResult) -> NextStep {
        apply(result.cookies)
        return result.step
    }

    package func apply(_ changes: [CookieChange]) {
        cookies.withLock { cookies in
            for change in changes {
                switch change {
                case .bindBrowser(let secret): cookies.binding = secret
                case .beginSession(let secret, _): cookies.session = secret
                case .endSession: cookies.session = nil
                case .departForLogout(let sealed): cookies.departure = sealed
                case .endDeparture: cookies.departure = nil
                }
            }
        }
    }

    /// Loses the session cookie, as a closed browser does.
    package func forgetSession() { cookies.withLock { $0.session = nil } }
}
