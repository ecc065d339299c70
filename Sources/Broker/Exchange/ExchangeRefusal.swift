import OAuth
import Storage

/// Why an exchange is refused (RFC 8693 §2.2.2), and what the trail says of it.
struct ExchangeRefusal: Error, Sendable {
    let cause: Cause
    /// The grant of the subject token, as far as it was found.
    var grant: Grant?
    var provider: ProviderID?

    /// The raw value is the word of the trail.
    enum Cause: String, Error, Sendable {
        case subjectToken = "subject_token_not_valid"
        case foreignSubjectToken = "subject_token_of_another_client"
        case grantOver = "subject_token_grant_over"
        case targetMissing = "target_missing"
        case unknownTarget = "unknown_target"
        case severalTargets = "several_targets"
        case targetNotAllowed = "target_not_allowed"
        case keepsNoTokens = "provider_keeps_no_tokens"
        case neverUsed = "provider_never_used"
        case lapsed = "upstream_token_lapsed"
        case grantEnded = "provider_grant_ended"
        case notDelegated = "not_delegated"
        case chainTooLong = "chain_too_long"
        case actorToken = "actor_token_not_valid"
        case wrongTokenType = "token_type_not_issued"
        case widerScope = "scope_too_wide"
        case noIDToken = "no_upstream_id_token"
        case unavailable = "provider_unavailable"
        case providerDisabled = "provider_disabled"
        case providerNotAccepted = "provider_not_accepted"
        case notAdmitted = "not_admitted"
        case accountDisabled = "account_disabled"

        init(_ denial: LoginPolicy.Denial) {
            self =
                switch denial {
                case .unknownProvider: .unknownTarget
                case .providerDisabled: .providerDisabled
                case .providerNotAccepted: .providerNotAccepted
                case .notAdmitted: .notAdmitted
                case .accountDisabled: .accountDisabled
                }
        }
    }

    /// What the client is told. A token that is not accepted, for whatever reason, is an `invalid_request` (§2.2.2).
    var error: OAuthError {
        switch cause {
        case .subjectToken, .foreignSubjectToken, .grantOver, .notAdmitted, .accountDisabled, .notDelegated,
            .chainTooLong:
            OAuthError(.invalidRequest, "The subject token is not accepted.")
        case .targetMissing:
            OAuthError(.invalidRequest, "audience or resource has to name a provider.")
        case .severalTargets:
            OAuthError(.invalidTarget, "An upstream token is of one provider alone.")
        case .unknownTarget, .targetNotAllowed, .keepsNoTokens, .providerNotAccepted:
            OAuthError(.invalidTarget, "The client may not have tokens for this target.")
        case .neverUsed:
            OAuthError(.invalidTarget, "Nothing is kept of this person at this provider.")
        case .lapsed, .grantEnded:
            OAuthError(.invalidGrant, "The provider has ended what it granted: the person has to log in there again.")
        case .actorToken:
            OAuthError(.invalidRequest, "The actor token is not the client's own.")
        case .wrongTokenType:
            OAuthError(.invalidRequest, "Only access tokens are issued for this target.")
        case .widerScope:
            OAuthError(.invalidScope, "The scope is wider than the subject token's, or than the client may have.")
        case .noIDToken:
            OAuthError(.invalidRequest, "The provider gave no ID token.")
        case .unavailable:
            OAuthError(.temporarilyUnavailable, "The provider cannot be reached. Try again.")
        case .providerDisabled:
            OAuthError(.temporarilyUnavailable, "The provider is switched off at the moment.")
        }
    }
}
