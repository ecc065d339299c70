/// Why a provider could not vouch for somebody. The text of a cause is for the log alone.
package enum ConnectorError: Error, Sendable, Equatable {
    /// It did not answer, answered too late, too much, or with a server error: worth another try later.
    case unavailable(cause: String)
    /// The person cancelled, or the provider will not let them in.
    case refused(code: String)
    /// The provider vouches for the person, who does not belong where the operator's rules say they must.
    case notAdmitted(reason: String)
    /// The provider itself said `invalid_grant`: its grant is over.
    case grantEnded
    /// A token or answer that fails a check.
    case untrusted(TokenFlaw)
    /// The provider answered what the protocol does not allow, or rejects our credentials.
    case misbehaved(cause: String)
}

/// Which check a token or answer of a provider failed.
package enum TokenFlaw: String, Error, Sendable, Equatable, CaseIterable {
    case malformed
    case algorithmNotAllowed = "algorithm_not_allowed"
    case unknownKey = "unknown_key"
    case signature
    case issuer
    case audience
    case authorizedParty = "authorized_party"
    case tokenUse = "token_use"
    case expired
    case notYetValid = "not_yet_valid"
    case nonce
    case subjectMissing = "subject_missing"
    case subjectMismatch = "subject_mismatch"
    case accessTokenHash = "access_token_hash"
    /// The provider itself does not take the access token (any more).
    case accessTokenRefused = "access_token_refused"
}
