/// A way in which the provider misbehaves until it is told to stop.
package enum Fault: Hashable, Sendable {
    /// Every token minted is wrong in this way.
    case token(TokenFault)
    /// Both key sets are wrong in this way, and tokens are signed to match.
    case keySet(KeySetFault)
    /// Every answer of that endpoint is spoilt.
    case answer(AnswerFault, at: Endpoint)
    /// The authorization response that comes back through the browser is wrong.
    case callback(CallbackFault)
    /// Every refresh is refused: `invalid_grant`, or `NotAuthorizedException` at the Cognito API.
    case refreshRefused
    /// The GitHub-shaped side is wrong in this way.
    case gitHub(GitHubFault)
}

/// What is wrong with the set of keys.
package enum KeySetFault: Hashable, Sendable, CaseIterable {
    /// The keys have been replaced: what is published and signed with is not what was before.
    case rotated
    /// Two keys without `kid`, and tokens that name none (RFC 7517 §4.5 makes it optional).
    case withoutKeyIDs
    /// Over four mebibytes of keys.
    case huge
    /// No key at all.
    case empty
    /// Two different keys under one `kid`, which tokens name.
    case oneKeyID
    /// The keys are there, among others of unknown types and things that are no keys (RFC 7517 §5).
    case amongStrangers
}

/// What happens to an answer.
package enum AnswerFault: Hashable, Sendable {
    /// It comes late.
    case slow(Duration)
    /// 500, with a page for a body.
    case serverError
    /// 503 with `Retry-After`.
    case unavailable
    /// Half of the body is missing, although `Content-Length` agrees.
    case truncated
    /// A well-formed start of JSON that goes on for this many bytes.
    case huge(bytes: Int)
    /// A 302 to another address.
    case redirected(to: String)
    /// 200, and a page where JSON belongs.
    case notJSON
    /// That status, and an empty object.
    case status(Int)
    /// 200, and that text as JSON.
    case saying(String)
}

/// What is wrong with the redirect to the client.
package enum CallbackFault: Hashable, Sendable, CaseIterable {
    /// `iss` names somebody else (RFC 9207 §2.4).
    case wrongIssuer
    /// `iss` is left out, although the metadata promises it.
    case missingIssuer
    /// `state` is not the one that was sent.
    case wrongState
}
