import FoundationEssentials
import OAuth

extension OIDCConnector: LogoutTokenVerification {
    func verifyLogout(_ token: Secret, at now: Date) async throws(ConnectorError) -> UpstreamLogoutToken {
        let claims = try await verifier.verify(token, at: now)
        let issuer = try await directory.issuer(at: now)
        do throws(TokenFlaw) {
            try claims.requireLogoutToken()
            try dialect.requireIssuer(issuer, of: claims)
            try claims.requireAudience(settings.client.id)
            let end = try claims.requireRecent(at: now)
            guard let tokenID = try claims.name("jti") else { throw .malformed }
            let session = try claims.name("sid")
            let subject: String? = try claims.values["sub"] == nil ? nil : dialect.subject(of: claims)
            let reach: UpstreamLogoutToken.Reach
            switch (session, subject) {
            case (let session?, let subject): reach = .session(session, subject: subject)
            case (nil, let subject?): reach = .person(subject)
            case (nil, nil): throw .subjectMissing
            }
            return UpstreamLogoutToken(reach: reach, tokenID: tokenID, endsAt: end)
        } catch {
            throw .untrusted(error)
        }
    }
}
