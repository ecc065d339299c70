import Crypto
import FoundationEssentials
import OAuth

/// The claims of a login's two tokens, spoilt as the faults demand.
struct TokenClaims {
    let login: Login
    let issuer: String
    let now: Date
    /// Seconds.
    let lifetime: Double
    let faults: Set<TokenFault>
    let eventID: String

    private static let elsewhere = "https://elsewhere.invalid/eu-central-1_Elsewhere"
    private static let otherClient = "another-client"
    private static let otherSubject = "00000000-0000-4000-8000-00000000beef"
    private static let day = 86_400.0

    /// The claims of the ID token that goes with `accessToken`.
    func identity(tokenID: String, accessToken: String) -> [String: JSONValue] {
        let person = login.person
        var claims = common(tokenID: tokenID)
        claims["aud"] = .string(login.client.id)
        claims["email"] = .string(person.email)
        claims["name"] = .string(person.name)
        claims["nonce"] = login.nonce.map(JSONValue.string)
        // The pool's API leaves it out, its pages do not.
        if login.sessionID != nil || login.client.face == .openID {
            claims["at_hash"] = .string(Base64URL.encode(SHA256.hash(data: Array(accessToken.utf8)).prefix(16)))
        }
        claims["email_verified"] = person.emailVerification.claim.map(JSONValue.bool)
        switch login.client.face {
        case .pool:
            claims["token_use"] = "id"
            claims["cognito:username"] = .string(person.userName)
            claims["cognito:groups"] = groups
        case .openID:
            claims["preferred_username"] = .string(person.userName)
            claims["groups"] = groups
            claims["azp"] = .string(login.client.id)
        }
        spoilIdentity(&claims)
        return claims
    }

    /// The claims of a Cognito access token: `client_id`, and no `aud`.
    func access(tokenID: String) -> [String: JSONValue] {
        var claims = common(tokenID: tokenID)
        claims["client_id"] = .string(login.client.id)
        claims["token_use"] = faults.contains(.wrongTokenUse) ? "id" : "access"
        claims["scope"] = .string(login.scope.joined(separator: " "))
        claims["username"] = .string(login.person.userName)
        claims["cognito:groups"] = groups
        claims["version"] = 2
        if !faults.isDisjoint(with: [.wrongAudience, .otherPool]) {
            claims["client_id"] = .string(TokenClaims.otherClient)
        }
        return claims
    }

    private var groups: JSONValue? {
        login.person.groups.isEmpty ? nil : .array(login.person.groups.map(JSONValue.string))
    }

    private func common(tokenID: String) -> [String: JSONValue] {
        var issuedAt = now
        if faults.contains(.expired) { issuedAt = now.addingTimeInterval(-TokenClaims.day - lifetime) }
        if faults.contains(.issuedInTheFuture) { issuedAt = now.addingTimeInterval(3600) }
        var claims: [String: JSONValue] = [
            "sub": .string(login.person.subject),
            "iss": .string(faults.isDisjoint(with: [.wrongIssuer, .otherPool]) ? issuer : TokenClaims.elsewhere),
            "iat": issuedAt.numericDate,
            "exp": issuedAt.addingTimeInterval(lifetime).numericDate,
            "auth_time": login.authenticatedAt.numericDate,
            "jti": .string(tokenID),
        ]
        if case .pool = login.client.face {
            claims["origin_jti"] = .string(login.originID)
            claims["event_id"] = .string(eventID)
        }
        if faults.contains(.notYetValid) { claims["nbf"] = now.addingTimeInterval(3600).numericDate }
        if faults.contains(.missingSubject) { claims["sub"] = nil }
        return claims
    }

    private func spoilIdentity(_ claims: inout [String: JSONValue]) {
        let other = JSONValue.string(TokenClaims.otherClient)
        if !faults.isDisjoint(with: [.wrongAudience, .otherPool]) { claims["aud"] = other }
        if faults.contains(.wrongAuthorizedParty) {
            claims["aud"] = .array([.string(login.client.id), other])
            claims["azp"] = other
        }
        if faults.contains(.wrongNonce) { claims["nonce"] = "not-the-nonce-that-was-sent" }
        if faults.contains(.missingNonce) { claims["nonce"] = nil }
        if faults.contains(.subjectMismatch) { claims["sub"] = .string(TokenClaims.otherSubject) }
        if faults.contains(.wrongTokenUse), case .pool = login.client.face { claims["token_use"] = "access" }
    }
}

extension Date {
    /// A NumericDate (RFC 7519 §2) in whole seconds.
    fileprivate var numericDate: JSONValue { .integer(Int64(timeIntervalSince1970)) }
}
