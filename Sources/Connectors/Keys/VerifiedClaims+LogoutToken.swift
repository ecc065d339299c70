import FoundationEssentials
import OAuth

// What makes a JWT a logout token (OIDC Back-Channel Logout §2.4, §2.6).
extension VerifiedClaims {
    /// Seconds after `iat` beyond which a logout token is too old, whatever `exp` says.
    static let logoutTokenAge = 300.0

    /// Longest `sid` and `jti`, in bytes.
    private static let maximumNameLength = 255

    /// Its type, its one event, and the absence of `nonce`: an ID token must not pass as one, nor any other JWT.
    func requireLogoutToken() throws(TokenFlaw) {
        switch type?.lowercased() {
        case nil, "jwt", "logout+jwt", "application/logout+jwt": break
        case .some: throw .tokenUse
        }
        guard values["events"]?.object?[LogoutTokenClaims.event]?.object != nil else { throw .tokenUse }
        guard values["nonce"] == nil else { throw .nonce }
    }

    /// `iat` must be there and recent; `exp`, which older providers leave out, ahead. Answers when the token ends.
    func requireRecent(at now: Date) throws(TokenFlaw) -> Date {
        guard let issuedAt = try instant("iat") else { throw .malformed }
        let time = now.timeIntervalSince1970
        guard issuedAt <= time + Self.leeway else { throw .notYetValid }
        let expiry = try instant("exp")
        let end = min(expiry ?? .infinity, issuedAt + Self.logoutTokenAge)
        guard time < end + Self.leeway else { throw .expired }
        return Date(timeIntervalSince1970: end + Self.leeway)
    }

    /// A claim that names something, `sid` or `jti`; nil where there is none.
    func name(_ claim: String) throws(TokenFlaw) -> String? {
        guard let value = values[claim] else { return nil }
        guard let name = value.string, !name.isEmpty, name.utf8.count <= Self.maximumNameLength,
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { throw .malformed }
        return name
    }
}
