import Connectors
import Logging
package import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `/oauth2/revoke` (RFC 7009): a client gives back what it holds, and its whole grant ends with it.
package struct RevocationFlow: Sendable {
    private let environment: BrokerEnvironment
    private let authenticator: ClientAuthenticator
    private let tokens: TokenReader

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        authenticator = ClientAuthenticator(environment)
        tokens = TokenReader(environment)
    }

    /// Ends the grant of the token; throws ``OAuthError``.
    ///
    /// A token that is unknown, over or another client's changes nothing and is no error (§2.2): who presents it learns
    /// nothing about it. One that has only expired still ends its grant, for that is what the client asks for.
    package func revoke(_ parameters: FormParameters, authorization: String?, visit: Visit) async throws {
        let credentials = try ClientCredentials(authorization: authorization, parameters: parameters)
        let client = try await authenticator.authenticate(credentials, visit: visit)
        switch tokens.read(try RevocationRequest(parameters).token) {
        case .access(let token):
            try await end(token, client: client, visit: visit)
        case .refresh(let token, let owner):
            try await end(token.grant, of: owner, token.upstreamTokens, client: client, visit: visit)
        case .identity:
            throw OAuthError(.unsupportedTokenType, "An ID token cannot be revoked.")
        case nil:
            return
        }
    }

    private func end(_ token: PresentedToken.AccessToken, client: Client, visit: Visit) async throws {
        switch token.holder {
        case .person(let grant):
            let upstream = token.upstream.map { UpstreamTokens(accessToken: $0) }
            try await end(grant, of: token.client, upstream, client: client, visit: visit)
        // The grant is another client's: it is this token alone that is given back.
        case .delegate(let grant, let delegation):
            try await end(token, named: delegation.tokenID, of: grant, client: client, visit: visit)
        case .service(let tokenID): try await end(token, named: tokenID, of: nil, client: client, visit: visit)
        }
    }

    private func end(
        _ token: PresentedToken.AccessToken, named tokenID: String, of grant: GrantID?, client: Client, visit: Visit
    ) async throws {
        guard token.client == client.id else { return foreign(token.client, client, visit) }
        let event = AuditEvent(
            .tokenRevoked, at: environment.clock.now, ray: visit.ray, client: client.id, grant: grant,
            address: visit.address, reason: "revoked_by_client")
        _ = try await environment.store.useOnce(
            token.client.digest(ofToken: tokenID), until: Date(timeIntervalSince1970: Double(token.expiresAt)),
            events: [event])
    }

    private func foreign(_ owner: ClientID, _ client: Client, _ visit: Visit) {
        visit.logger.info(
            "Another client's token was not revoked",
            metadata: ["oauth.client_id": "\(client.id)", "owner": "\(owner)"])
    }

    private func end(
        _ id: GrantID, of owner: ClientID, _ upstream: UpstreamTokens?, client: Client, visit: Visit
    ) async throws {
        guard owner == client.id else { return foreign(owner, client, visit) }
        guard let grant = try await environment.store.grant(id), grant.clientID == client.id else { return }
        let now = environment.clock.now
        let event = AuditEvent(
            .grantRevoked, at: now, ray: visit.ray, account: grant.login.accountID, client: client.id,
            provider: grant.login.provider, grant: grant.id, address: visit.address, reason: "revoked_by_client")
        _ = try await environment.store.revokeGrant(grant.id, at: now, events: [event])
        // What a login front end handed over is its own login too, which a service's logout must not end.
        guard let upstream, grant.login.wasLedByBroker else { return }
        environment.revocations.order(upstream, at: grant.login.provider, for: visit)
    }
}

extension ClientID {
    /// Under which name a token of this client that no grant of its own ends is taken out of use.
    func digest(ofToken tokenID: String) -> HandleDigest {
        HandleDigest(of: Secret("service-token\n\(self)\n\(tokenID)"))
    }
}
