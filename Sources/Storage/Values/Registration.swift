package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Leave to register clients (RFC 7591 §1.2 "initial access token"), for whoever holds the token.
package struct InitialAccess: Hashable, Sendable {
    /// Its public name; the token itself is only known to its holder.
    package let id: InitialAccessID
    /// What the operator noted; empty if nothing.
    package let note: String
    package let ceiling: RegistrationCeiling
    package let createdAt: Date
    package let expiresAt: Date
    /// How many clients can still be registered with it.
    package var usesLeft: Int

    package init(
        id: InitialAccessID, note: String, ceiling: RegistrationCeiling, createdAt: Date, expiresAt: Date, usesLeft: Int
    ) {
        self.id = id
        self.note = note
        self.ceiling = ceiling
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.usesLeft = usesLeft
    }
}

/// What is known of a client that registered itself, beside its registration (RFC 7592 §3).
package struct ClientRegistration: Hashable, Sendable {
    package let clientID: ClientID
    /// The hash of the registration access token.
    package let digest: HandleDigest
    /// By which leave it was registered.
    package let initialAccess: InitialAccessID
    package let ceiling: RegistrationCeiling
    /// `token_endpoint_auth_method` as the client said it.
    package var authenticationMethod: String
    package let registeredAt: Date

    package init(
        clientID: ClientID, digest: HandleDigest, initialAccess: InitialAccessID, ceiling: RegistrationCeiling,
        authenticationMethod: String, registeredAt: Date
    ) {
        self.clientID = clientID
        self.digest = digest
        self.initialAccess = initialAccess
        self.ceiling = ceiling
        self.authenticationMethod = authenticationMethod
        self.registeredAt = registeredAt
    }
}
