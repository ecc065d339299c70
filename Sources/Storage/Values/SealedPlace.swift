/// Where envelopes rest in the database, by the name that commands and the log give it.
package enum SealedPlace: String, Sendable, CaseIterable {
    case signingKeys = "signing_keys"
    case trailSeal = "trail_seal"
    /// What is made once for good, such as what pairwise names are made with.
    case lastingSecrets = "lasting_secrets"
    /// The keys to which clients have their upstream tokens encrypted.
    case clientKeys = "client_keys"
    case vaultTokens = "vault_tokens"
    case vaultRefreshTokens = "vault_refresh_tokens"
    /// The providers' ID tokens of sessions.
    case sessions
    /// Long authorization requests.
    case requests
    /// Upstream logins that wait for consent.
    case logins
    /// Upstream logins of codes that are not redeemed.
    case codes
    /// The newest answers to refreshes, for the grace window.
    case successors
    /// Upstream logins of devices that somebody has let in and that have not come for their grants.
    case devices
}

/// A row with an envelope in it.
package struct SealedRow: Hashable, Sendable {
    /// The row's primary key, in a form of the store's own.
    package let key: [[UInt8]]
    package let envelope: String

    package init(key: [[UInt8]], envelope: String) {
        self.key = key
        self.envelope = envelope
    }
}

/// A new envelope for a row in which an older one stood.
package struct EnvelopeReplacement: Hashable, Sendable {
    package let row: SealedRow
    package let envelope: String

    package init(of row: SealedRow, by envelope: String) {
        self.row = row
        self.envelope = envelope
    }
}
