package import OAuth
import Storage

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// `GET /api/clients/{id}/logins`: what a client may know of its own users' logins to it.
package struct LoginStatisticsFlow: Sendable {
    private let environment: BrokerEnvironment
    private let authenticator: ClientAuthenticator
    private let tokens: TokenReader

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        authenticator = ClientAuthenticator(environment)
        tokens = TokenReader(environment)
    }

    /// One page of the list.
    package struct Page: Sendable {
        package let client: ClientID
        package let logins: [Entry]
        /// Asks for the page after this one; nil at the end.
        package let next: Secret?
    }

    /// One person's logins.
    package struct Entry: Sendable, Hashable {
        /// As the client's tokens name them.
        package let subject: String
        package let count: Int
        package let first: Date
        package let latest: Date
    }

    /// The list, or nothing that tells whether there is such a client.
    package enum Answer: Sendable {
        case page(Page)
        case notFound
    }

    /// Where a page begins; sealed, because it names an account.
    private struct Cursor: Codable, Sendable {
        let after: AccountID

        private enum CodingKeys: String, CodingKey {
            case after = "a"
        }
    }

    /// Answers `authorization`'s client about itself, and nobody about anybody else; throws ``OAuthError``.
    package func page(
        of clientName: String, _ parameters: FormParameters, authorization: String?, visit: Visit
    ) async throws -> Answer {
        let client = try await caller(authorization, visit: visit)
        guard clientName.utf8.elementsEqual(client.id.rawValue.utf8) else { return .notFound }
        let request = try LoginListRequest(parameters)
        let after = try request.cursor.map { try open($0, for: client) }
        // One more than is shown, to know whether a page follows.
        let found = try await environment.store.logins(to: client.id, after: after, limit: request.limit + 1)
        let shown = found.prefix(request.limit)
        let next = found.count > shown.count ? try shown.last.map { try cursor(after: $0, for: client) } : nil
        try await environment.store.append([
            AuditEvent(
                .statisticsRead, at: environment.clock.now, ray: visit.ray, client: client.id, address: visit.address)
        ])
        return .page(
            Page(
                client: client.id,
                logins: shown.map { logins in
                    Entry(
                        subject: environment.subject(of: logins.accountID, for: client), count: logins.count,
                        first: logins.firstAt, latest: logins.latestAt)
                }, next: next))
    }

    /// The client itself by its secret, or by a token with which it speaks for itself.
    private func caller(_ authorization: String?, visit: Visit) async throws -> Client {
        if let bearer = BearerToken(authorization: authorization) {
            return try await service(bearing: bearer)
        }
        let nothing = try FormParameters(decoding: [])
        let credentials = try ClientCredentials(authorization: authorization, parameters: nothing)
        return try await authenticator.authenticate(credentials, visit: visit)
    }

    private static let invalid = OAuthError(.invalidToken, "The access token is not valid.")

    private func service(bearing bearer: BearerToken) async throws -> Client {
        guard let token = tokens.accessToken(bearer.secret),
            environment.clock.now.numericDate < token.expiresAt, token.resources.isEmpty
        else { throw Self.invalid }
        guard case .service(let tokenID) = token.holder else {
            throw OAuthError(.insufficientScope, "The token speaks for a person, not for a service.")
        }
        guard let client = try await environment.store.client(token.client),
            client.grantTypes.contains(.clientCredentials), client.allowedScope.isSuperset(of: token.scope),
            try await !environment.store.isUsed(client.id.digest(ofToken: tokenID))
        else { throw Self.invalid }
        guard token.scope.contains(Scope.loginsRead) else {
            throw OAuthError(.insufficientScope, "The token lacks the scope logins:read.")
        }
        return client
    }

    private func cursor(after logins: ClientLogins, for client: Client) throws -> Secret {
        try environment.keyRing.sealJSON(
            Cursor(after: logins.accountID), as: .pageCursor, for: client.id.rawValue,
            salt: environment.random.salt()
        ).secret
    }

    private func open(_ cursor: Secret, for client: Client) throws -> AccountID {
        guard
            let opened = try? environment.keyRing.openJSON(cursor.reveal(), as: .pageCursor, into: Cursor.self),
            opened.context == client.id.rawValue
        else { throw OAuthError(.invalidRequest, "after is no cursor that this client got from here.") }
        return opened.value.after
    }
}
