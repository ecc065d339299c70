package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// An authorization code as it is stored: by hash, with all that its redemption is held against (RFC 6749 §4.1.3).
package struct IssuedCode: Hashable, Sendable {
    package let digest: HandleDigest
    /// The grant this code becomes, named beforehand so that a replay knows what to revoke.
    package let grantID: GrantID
    package let clientID: ClientID
    package let redirect: RegisteredRedirect
    package let challenge: CodeChallenge
    package let scope: Scope
    package let claims: ClaimSelection
    package let nonce: String?
    /// The resources asked for; empty where none was named.
    package let resources: [ResourceIndicator]
    package let login: Login
    /// The upstream tokens, sealed; gone once the code is redeemed.
    package let sealedTokens: String?
    package let expiresAt: Date

    package init(
        digest: HandleDigest, grantID: GrantID, clientID: ClientID, redirect: RegisteredRedirect,
        challenge: CodeChallenge, scope: Scope, claims: ClaimSelection = .none, nonce: String?,
        resources: [ResourceIndicator] = [], login: Login,
        sealedTokens: String?, expiresAt: Date
    ) {
        self.digest = digest
        self.grantID = grantID
        self.clientID = clientID
        self.redirect = redirect
        self.challenge = challenge
        self.scope = scope
        self.claims = claims
        self.nonce = nonce
        self.resources = resources
        self.login = login
        self.sealedTokens = sealedTokens
        self.expiresAt = expiresAt
    }
}

/// What a redeemed code leaves behind. Every token names one; when it ends, they all do.
package struct Grant: Hashable, Sendable {
    package let id: GrantID
    package let clientID: ClientID
    package let scope: Scope
    /// The resources for which there are tokens; empty where none was named.
    package let resources: [ResourceIndicator]
    /// What was asked for one by one, and is released beside what the scope releases.
    package let claims: ClaimSelection
    package let login: Login
    package let createdAt: Date
    /// When the grant ends, unless it is refreshed before.
    package var expiresAt: Date
    /// Which refresh token is the current one, counted from 0.
    package var generation: Int
    package var status: Status

    package enum Status: Hashable, Sendable {
        case active
        case revoked(at: Date)
    }

    package init(
        id: GrantID, clientID: ClientID, scope: Scope, claims: ClaimSelection = .none,
        resources: [ResourceIndicator] = [], login: Login,
        createdAt: Date, expiresAt: Date, generation: Int = 0, status: Status = .active
    ) {
        self.id = id
        self.clientID = clientID
        self.scope = scope
        self.resources = resources
        self.claims = claims
        self.login = login
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.generation = generation
        self.status = status
    }

    /// Whether tokens of this grant still count at `now`.
    package func isLive(at now: Date) -> Bool {
        switch status {
        case .active: now < expiresAt
        case .revoked: false
        }
    }
}
