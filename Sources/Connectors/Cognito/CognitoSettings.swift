/// How to reach a user pool, and what of it there is to reach.
package struct CognitoSettings: Sendable, Hashable {
    package let upstream: UpstreamSettings
    package let pages: Pages
    /// Nil where the file leaves it to the pool's answers.
    package let refreshing: CognitoRefreshing?

    /// The pool's own pages, where people log in.
    package enum Pages: Sendable, Hashable {
        /// None that the broker would send anybody to.
        case none
        /// Where the file says, by `domain` or `endpoints`.
        case named
        /// Where the pool's metadata says: an issuer's host is not the pages' host.
        case discovered
    }

    package init(_ upstream: UpstreamSettings, pages: Pages, refreshing: CognitoRefreshing? = nil) {
        self.upstream = upstream
        self.pages = pages
        self.refreshing = refreshing
    }
}

/// The operations by which app clients refresh, as Cognito calls them.
package enum CognitoRefreshing: String, Sendable, CaseIterable {
    /// `InitiateAuth`, for app clients that do not rotate refresh tokens.
    case initiateAuth = "REFRESH_TOKEN_AUTH"
    /// For those that do; where the pool knows it, also for the others.
    case getTokens = "GetTokensFromRefreshToken"
}
