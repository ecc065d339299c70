import Connectors
import Logging
import OAuth
import Storage

/// A browser's way over a provider's logout and back here.
package struct UpstreamDepartures: Sendable {
    private let environment: BrokerEnvironment
    private let sessions: Sessions

    /// Seconds within which a browser has to come back to be taken on from here.
    package static let lifetime = 15 * 60
    /// Longest sealed value, in bytes: browsers keep cookies of four kilobytes, name and attributes included.
    private static let maximumLength = 3500
    private static let context = "logout"

    init(_ environment: BrokerEnvironment) {
        self.environment = environment
        sessions = Sessions(environment)
    }

    /// What the browser carries, sealed, in a cookie of its own: Cognito brings no `state` back.
    private struct Carried: Codable, Sendable {
        /// Sent to the provider as well; where it comes back it must be this.
        let state: String
        /// A post-logout redirect URI of the client that asked, checked before the browser left.
        let destination: String?
        /// Seconds since 1970.
        let expiresAt: Int

        private enum CodingKeys: String, CodingKey {
            case state = "s"
            case destination = "d"
            case expiresAt = "e"
        }
    }

    /// Where the browser is sent, and what it takes along.
    struct Departure: Sendable {
        let address: String
        let sealed: Secret
    }

    /// The way over the provider of `session`; nil where its file does not ask for it or it offers none.
    ///
    /// The session has ended by now: a provider in trouble keeps nobody from logging out here.
    func begin(from session: Session, to destination: LogoutFlow.Destination, visit: Visit) async -> Departure? {
        let id = session.login.provider
        guard let provider = environment.providers.provider(id), let logout = logout(at: provider) else { return nil }
        let state = environment.random.bytes(Bits128.self).name
        let departure = UpstreamDeparture(
            idToken: sessions.idToken(of: session), returnAddress: "\(environment.issuer)/oauth2/logout/return",
            state: state)
        do {
            guard let address = try await logout.address(for: departure, at: environment.clock.now) else { return nil }
            return Departure(address: address, sealed: try seal(state, destination))
        } catch let error as ConnectorError {
            visit.logger.log(
                level: error.logLevel, "Upstream logout left out",
                metadata: ["connector.id": "\(id)", "cause": "\(error.logCause)"])
        } catch {
            visit.logger.error("Upstream logout left out", metadata: ["connector.id": "\(id)", "error": "\(error)"])
        }
        return nil
    }

    private func logout(at provider: Provider) -> (any UpstreamLogout)? {
        switch (provider.endings.logout, provider.state) {
        case (.upstream, .ready(let connector)): connector.upstreamLogout
        case (.local, _), (_, .local), (_, .disabled), (_, .misconfigured): nil
        }
    }

    private func seal(_ state: String, _ destination: LogoutFlow.Destination) throws -> Secret {
        let uri: String? =
            switch destination {
            case .client(let uri): uri
            case .provider, .page: nil
            }
        let expiry = environment.clock.now.numericDate + Self.lifetime
        let sealed = try seal(Carried(state: state, destination: uri, expiresAt: expiry))
        guard sealed.reveal().utf8.count > Self.maximumLength else { return sealed }
        return try seal(Carried(state: state, destination: nil, expiresAt: expiry))
    }

    private func seal(_ carried: Carried) throws -> Secret {
        try environment.keyRing.sealJSON(
            carried, as: .logoutReturn, for: Self.context, salt: environment.random.salt()
        ).secret
    }

    /// Where a browser that carries `sealed` goes on; the signed-out page if it is too late or not one of ours.
    func destination(of sealed: Secret, state: String?) -> LogoutFlow.Destination {
        guard
            let opened = try? environment.keyRing.openJSON(sealed.reveal(), as: .logoutReturn, into: Carried.self),
            opened.context == Self.context, environment.clock.now.numericDate < opened.value.expiresAt,
            state == nil || state == opened.value.state, let uri = opened.value.destination
        else { return .page }
        return .client(uri)
    }
}
