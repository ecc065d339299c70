/// What is wrong with the tokens of one login.
package enum TokenFault: Hashable, Sendable, CaseIterable {
    /// `iss` of both tokens names somebody else.
    case wrongIssuer
    /// `aud` of the ID token and `client_id` of the access token name another client.
    case wrongAudience
    /// `aud` names this client and another, `azp` the other (OIDC Core §3.1.3.7).
    case wrongAuthorizedParty
    /// The nonce is not the one that was sent.
    case wrongNonce
    case missingNonce
    /// `alg` is `none` and the signature empty (RFC 8725 §2.1).
    case unsigned
    /// `alg` is HS256 and the key is the published RSA key's PEM text (RFC 8725 §2.1).
    case hmacWithPublicKey
    /// Both tokens ended a day ago.
    case expired
    /// `nbf` is an hour away.
    case notYetValid
    /// `iat` is an hour away.
    case issuedInTheFuture
    /// Issuer and client of another pool whose tokens are signed with the same key, as moto's are.
    case otherPool
    /// The ID token is about somebody else than the access token.
    case subjectMismatch
    /// Neither token says whom it is about.
    case missingSubject
    /// `token_use` of the two tokens is swapped.
    case wrongTokenUse
    case badSignature
    /// Signed with a key that is published nowhere, under a `kid` of its own.
    case unknownKey
    /// Signed properly, but the header has no `kid`.
    case missingKeyID
}
