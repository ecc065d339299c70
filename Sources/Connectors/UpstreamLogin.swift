package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One browser's way to a provider and back: what was sealed into `state` when it left.
package struct UpstreamAttempt: Sendable {
    /// Opaque to the provider; it returns it unchanged.
    package let state: String
    package let nonce: String
    package let verifier: CodeVerifier
    /// This provider's own callback here, `/login/{provider}/callback`, as an absolute URI.
    package let callback: String
    package let loginHint: String?
    package let freshness: Freshness
    /// What the provider calls the classes the login is to be of (OIDC Core §3.1.2.1 `acr_values`); empty where any will do.
    package let contextClasses: [String]

    /// Whether the provider may answer from its own session.
    package enum Freshness: Sendable, Hashable {
        case any
        /// The person has to prove themselves anew (`prompt=login`).
        case proveAgain
    }

    package init(
        state: String, nonce: String, verifier: CodeVerifier, callback: String, loginHint: String?,
        freshness: Freshness, contextClasses: [String] = []
    ) {
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.callback = callback
        self.loginHint = loginHint
        self.freshness = freshness
        self.contextClasses = contextClasses
    }
}

/// What the provider sent back to the callback, its `state` already checked (RFC 6749 §4.1.2, RFC 9207).
package enum UpstreamAnswer: Sendable {
    /// `user` is what a provider says beside the code about the person, in the person's own browser: it proves nothing.
    case code(Secret, issuer: String?, user: ReportedUser? = nil)
    /// `error` as the provider wrote it; for the log, not for pages.
    case error(String, issuer: String?)
}

/// Tokens of an upstream provider.
package struct UpstreamTokens: Sendable, Hashable {
    package var accessToken: Secret
    package var idToken: Secret?
    package var refreshToken: Secret?
    /// When the access token expires, as far as it or the provider says.
    package var expiresAt: Date?
    /// Whose the refresh token is, where a provider wants to hear that besides the token and the subject will not do.
    package var holder: String?

    /// Longest access or refresh token that is passed on, in bytes: sealed, the one has to fit into a header field and the
    /// other into a form.
    package static let maximumLength = 24_576

    /// Whether both can be passed on: not too long, and of the characters of a token (RFC 6749 appendix A.12 and A.17).
    package var canBePassedOn: Bool {
        [accessToken, refreshToken].allSatisfy { token in
            guard let text = token?.reveal().utf8 else { return true }
            return text.count <= Self.maximumLength && text.allSatisfy { (0x20...0x7E).contains($0) }
        }
    }

    package init(
        accessToken: Secret, idToken: Secret? = nil, refreshToken: Secret? = nil, expiresAt: Date? = nil,
        holder: String? = nil
    ) {
        self.accessToken = accessToken
        self.idToken = idToken
        self.refreshToken = refreshToken
        self.expiresAt = expiresAt
        self.holder = holder
    }
}

/// As they rest sealed; times are milliseconds since 1970.
extension UpstreamTokens: JSONWritable, JSONReadable {
    package func write(to json: inout JSONWriter) {
        json.add("a", accessToken.reveal())
        json.add("i", idToken?.reveal())
        json.add("r", refreshToken?.reveal())
        json.add("e", expiresAt.map { Int(($0.timeIntervalSince1970 * 1000).rounded(.down)) })
        json.add("h", holder)
    }

    package init(reading members: JSONMembers) throws(JSONFlaw) {
        self.init(
            accessToken: Secret(try members.text("a")), idToken: try members.optionalText("i").map(Secret.init),
            refreshToken: try members.optionalText("r").map(Secret.init),
            expiresAt: try members.optionalInteger("e").map { Date(timeIntervalSince1970: Double($0) / 1000) },
            holder: try members.optionalText("h"))
    }
}

/// A person as a provider has just vouched for them.
package struct UpstreamLogin: Sendable, Hashable {
    /// The provider's own name for the person; with the provider it is the identity.
    package let subject: String
    package let claims: PersonClaims
    package let tokens: UpstreamTokens
    /// When the person proved themselves there, if the provider says so.
    package let authenticatedAt: Date?
    /// How, if the provider says so (RFC 8176).
    package let methods: [String]
    /// Of which class the login was, in the provider's own words, if it says so (`acr`).
    package let contextClass: String?
    /// Claims that the provider says only now and then: where `claims` lacks one, what was said before still holds.
    package let toldOnce: Set<String>
    /// What the operator should know is missing from `claims`, in words for the log.
    package let remarks: [String]
    /// The provider's name for its session (`sid`), if it says it.
    package var sessionID: String?

    package init(
        subject: String, claims: PersonClaims, tokens: UpstreamTokens, authenticatedAt: Date?, methods: [String],
        contextClass: String? = nil, toldOnce: Set<String> = [], remarks: [String] = [], sessionID: String? = nil
    ) {
        self.subject = subject
        self.claims = claims
        self.tokens = tokens
        self.authenticatedAt = authenticatedAt
        self.methods = methods
        self.contextClass = contextClass
        self.toldOnce = toldOnce
        self.remarks = remarks
        self.sessionID = sessionID
    }
}
