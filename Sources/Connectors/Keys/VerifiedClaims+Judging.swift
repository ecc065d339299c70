import Crypto
import FoundationEssentials
import OAuth

// One check each; none looks at a clock of its own.
extension VerifiedClaims {
    /// Seconds by which the provider's clock and ours may differ.
    static let leeway = 60.0

    /// NumericDates that are dates, up to the year 9999; beyond them arithmetic ends before time does.
    private static let calendar = -62_135_596_800.0...253_402_300_799.0

    /// `exp` must be there and ahead, `nbf` and `iat`, where there are any, not ahead (RFC 7519 §4.1).
    func requireTimes(at now: Date) throws(TokenFlaw) {
        guard let expiry = try instant("exp") else { throw .malformed }
        guard now.timeIntervalSince1970 < expiry + Self.leeway else { throw .expired }
        for name in ["nbf", "iat"] {
            guard let instant = try instant(name) else { continue }
            guard instant <= now.timeIntervalSince1970 + Self.leeway else { throw .notYetValid }
        }
    }

    /// An ID token has no explicit type; one that has is another kind of JWT, such as an access or a logout token
    /// (RFC 8725 §3.11, RFC 9068 §2.1, OIDC Back-Channel Logout §2.4).
    func requireIDTokenType() throws(TokenFlaw) {
        guard type?.lowercased().hasSuffix("+jwt") != true else { throw .tokenUse }
    }

    /// `iss`, character by character.
    func requireIssuer(_ issuer: String) throws(TokenFlaw) {
        guard let said = text("iss"), said.utf8.elementsEqual(issuer.utf8) else { throw .issuer }
    }

    /// `aud` and `azp` of an ID token for `clientID` (OIDC Core §3.1.3.7, numbers 3 to 5).
    func requireAudience(_ clientID: String) throws(TokenFlaw) {
        let audiences: [String?]
        switch values["aud"] {
        case .string(let audience): audiences = [audience]
        case .array(let elements): audiences = elements.map(\.string)
        default: throw .audience
        }
        guard audiences.contains(clientID), !audiences.contains(nil) else { throw .audience }
        guard audiences.count == 1 || values["azp"] != nil else { throw .authorizedParty }
        guard values["azp"] == nil || text("azp") == clientID else { throw .authorizedParty }
    }

    /// The nonce that was sent (OIDC Core §3.1.3.7, number 11).
    func requireNonce(_ nonce: String) throws(TokenFlaw) {
        guard let said = text("nonce"), constantTimeEquals(Array(said.utf8), Array(nonce.utf8)) else { throw .nonce }
    }

    /// `at_hash`, where there is one, must be that of `accessToken` (OIDC Core §3.1.3.6).
    func requireHash(of accessToken: Secret) throws(TokenFlaw) {
        guard let claim = values["at_hash"] else { return }
        let digest = algorithm.digest(Array(accessToken.reveal().utf8))
        guard claim.string == Base64URL.encode(digest.prefix(digest.count / 2)) else { throw .accessTokenHash }
    }

    /// `sub`.
    func subject() throws(TokenFlaw) -> String { try UpstreamSubject.check(text("sub")) }

    /// When the token expires.
    var expiry: Date? {
        values["exp"]?.seconds.map(Date.init(timeIntervalSince1970:))
    }

    /// When the person proved themselves (`auth_time`); a time that has not come says nothing.
    func authenticatedAt(by now: Date) -> Date? {
        guard let seconds = values["auth_time"]?.seconds, seconds >= 0,
            seconds <= now.timeIntervalSince1970 + Self.leeway
        else { return nil }
        return Date(timeIntervalSince1970: seconds)
    }

    /// How they did (`amr`, RFC 8176).
    var methods: [String] {
        values["amr"]?.array?.compactMap(\.string) ?? []
    }

    /// A NumericDate; nil where there is none.
    func instant(_ name: String) throws(TokenFlaw) -> Double? {
        guard let value = values[name] else { return nil }
        guard let seconds = value.seconds, Self.calendar.contains(seconds) else { throw .malformed }
        return seconds
    }
}

extension UpstreamAlgorithm {
    /// The hash that goes with the algorithm (OIDC Core §3.1.3.6; for Ed25519 its own, SHA-512).
    fileprivate func digest(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .rs256, .ps256, .es256: Array(SHA256.hash(data: bytes))
        case .rs384, .ps384, .es384: Array(SHA384.hash(data: bytes))
        case .rs512, .ps512, .es512, .edDSA: Array(SHA512.hash(data: bytes))
        }
    }
}
