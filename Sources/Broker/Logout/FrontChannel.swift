import Connectors
import OAuth
import Storage

/// What a browser loads on its way out (OIDC Front-Channel Logout §2), and where it goes then.
package struct FrontChannel: Sendable, Hashable {
    /// An address of each client of the session that wants it, with `iss` and `sid`.
    package let frames: [String]
    /// What the place is called that the browser goes to next; nil where it stays.
    package let next: Place?

    package enum Place: Sendable, Hashable {
        case client(name: String)
        case provider(name: String)
    }

    /// Most addresses loaded at once.
    static let capacity = 50
}

/// Finds out what a browser has to load when its session has ended.
struct FrontChannelDesk: Sendable {
    private let environment: BrokerEnvironment

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
    }

    /// The addresses that `clients` want loaded, now that the session called `name` has ended.
    func frames(of clients: [ClientID], session name: String?) async throws -> [String] {
        guard let name else { return [] }
        var frames: [String] = []
        for id in clients where frames.count < FrontChannel.capacity {
            guard let channel = try await environment.store.client(id)?.frontChannelLogout else { continue }
            // §2: both parameters or none; a client that needs neither may ignore them.
            let query = FormEncoding.encode([("iss", environment.issuer.value), ("sid", name)])
            frames.append(channel.uri + (channel.uri.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + query)
        }
        return frames
    }

    /// What `destination` is called on the page before it.
    func place(
        _ destination: LogoutFlow.Destination, asking client: Client?, from session: Session
    ) -> FrontChannel.Place? {
        switch destination {
        case .page: nil
        case .client: client.map { .client(name: $0.name) }
        case .provider:
            .provider(
                name: environment.providers.provider(session.login.provider)?.name ?? session.login.provider.rawValue)
        }
    }
}
