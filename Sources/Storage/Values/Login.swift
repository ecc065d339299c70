package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Who logged in, where, when and how: what a code, a grant and a session all carry.
package struct Login: Hashable, Sendable {
    package let accountID: AccountID
    package let provider: ProviderID
    /// The upstream subject, which with `provider` names the identity whose claims are released.
    package let subject: String
    /// When the person proved themselves (OIDC Core §2 `auth_time`).
    package let authenticatedAt: Date
    /// How (RFC 8176 `amr`), as `pwd` or what the provider said.
    package let methods: [String]
    /// The public name of the browser session (`sid`), where there is one.
    package let sessionName: String?
    /// Of which class it was (OIDC Core §2 `acr`), as the provider's file says; nil where nothing more is known.
    package let contextClass: String?

    package init(
        accountID: AccountID, provider: ProviderID, subject: String, authenticatedAt: Date, methods: [String],
        sessionName: String?, contextClass: String? = nil
    ) {
        self.accountID = accountID
        self.provider = provider
        self.subject = subject
        self.authenticatedAt = authenticatedAt
        self.methods = methods
        self.sessionName = sessionName
        self.contextClass = contextClass
    }

    /// Whether this broker obtained the login itself: one that a front end led begins no session here.
    package var wasLedByBroker: Bool { sessionName != nil }
}

/// A login attached to an authorization request, waiting for consent.
package struct StagedLogin: Hashable, Sendable {
    /// The payload that alone may continue it.
    package let payloadID: PayloadID
    package let login: Login
    /// The upstream tokens, sealed; nil where the login produced none.
    package let sealedTokens: String?
    /// Not before the payload itself expires: until then this row keeps the payload from being staged again.
    package let expiresAt: Date

    package init(payloadID: PayloadID, login: Login, sealedTokens: String?, expiresAt: Date) {
        self.payloadID = payloadID
        self.login = login
        self.sealedTokens = sealedTokens
        self.expiresAt = expiresAt
    }
}

/// A browser's single sign-on session.
package struct Session: Hashable, Sendable {
    /// The hash of the cookie's value.
    package let digest: HandleDigest
    /// The login that began it; its `sessionName` is this session's `sid`.
    package let login: Login
    package let createdAt: Date
    package var lastSeenAt: Date
    /// Seconds without a request after which it ends.
    package let idleLifetime: Int
    /// When it ends however busy it is.
    package let expiresAt: Date
    /// The provider's ID token, sealed, where a logout here is to reach the provider too; else nil.
    package let sealedIDToken: String?

    package init(
        digest: HandleDigest, login: Login, createdAt: Date, lastSeenAt: Date, idleLifetime: Int, expiresAt: Date,
        sealedIDToken: String? = nil
    ) {
        self.digest = digest
        self.login = login
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.idleLifetime = idleLifetime
        self.expiresAt = expiresAt
        self.sealedIDToken = sealedIDToken
    }

    /// Whether the session still counts at `now`.
    package func isLive(at now: Date) -> Bool {
        now < expiresAt && now < lastSeenAt.addingTimeInterval(Double(idleLifetime))
    }
}
