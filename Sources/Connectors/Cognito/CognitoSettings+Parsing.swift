import OAuth

extension CognitoSettings {
    /// Reads a file of type `cognito` whose logins are led that `way`.
    init(_ object: ProviderFileObject, way: Provider.LoginWay) throws(ProviderFileProblem) {
        // App clients that browsers use have no secret.
        var upstream = try UpstreamSettings(object, defaults: UpstreamDefaults(client: .perhapsNoSecret))
        if let domain = try object.endpoint("domain") { upstream.endpoints.fill(with: .ofPool(at: domain)) }
        let pages: Pages =
            switch (upstream.endpoints.authorization, upstream.endpoints.token, way) {
            case (.some, .some, _): .named
            case (_, _, .broker): .discovered
            case (_, _, .frontEnd): .none
            }
        self.init(upstream, pages: pages, refreshing: try object.word("refresh_operation", CognitoRefreshing.self))
    }
}

extension NamedEndpoints {
    /// Where the pages of a pool's domain are.
    fileprivate static func ofPool(at domain: UpstreamEndpoint) -> NamedEndpoints {
        NamedEndpoints(
            authorization: domain.appendingPath("/oauth2/authorize"), token: domain.appendingPath("/oauth2/token"),
            userinfo: domain.appendingPath("/oauth2/userInfo"), revocation: domain.appendingPath("/oauth2/revoke"),
            endSession: domain.appendingPath("/logout"))
    }

    /// Takes from `others` what is not named here.
    fileprivate mutating func fill(with others: NamedEndpoints) {
        authorization = authorization ?? others.authorization
        token = token ?? others.token
        userinfo = userinfo ?? others.userinfo
        revocation = revocation ?? others.revocation
        endSession = endSession ?? others.endSession
    }
}
