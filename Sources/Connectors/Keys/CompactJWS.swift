import FoundationEssentials
import OAuth

/// A signed JWT taken apart, and nothing about it believed yet (RFC 7515 §7.1, RFC 7519).
struct CompactJWS: Sendable {
    /// The header members that choose a key, and those that change what the token is.
    struct Header: Decodable, Sendable {
        let alg: String
        let kid: String?
        let typ: String?
        let crit: [String]?
    }

    /// Longest token that is looked at, in bytes: some carry hundreds of groups.
    static let maximumLength = 65_536

    /// Most values in a payload, which is read before anybody is known to have signed it.
    private static let maximumCount = 5000

    let header: Header
    let signingInput: [UInt8]
    let signature: [UInt8]
    /// The payload, not verified: to be read only through ``VerifiedClaims``.
    fileprivate let payload: [String: JSONValue]

    /// Takes `token` apart; ``TokenFlaw/malformed`` where it is not a JWS of three parts with a JSON object inside.
    init(_ token: Secret) throws(TokenFlaw) {
        let text = token.reveal()
        guard text.utf8.count <= Self.maximumLength else { throw .malformed }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2])
        else { throw .malformed }
        do {
            self.header = try UntrustedJSON.decode(Header.self, from: header)
            self.payload = try UntrustedJSON.decode([String: JSONValue].self, from: payload, values: Self.maximumCount)
        } catch {
            throw .malformed
        }
        // An extension that must be understood is not (RFC 7515 §4.1.11).
        guard self.header.crit == nil else { throw .malformed }
        signingInput = Array("\(parts[0]).\(parts[1])".utf8)
        self.signature = signature
    }

    /// A claim of a token that has not been verified: good for choosing what to do next, never for a decision.
    func unverifiedText(_ name: String) -> String? { payload[name]?.string }
}

extension Secret {
    /// Who made this token, if it is a JWT: its own word alone.
    var unverifiedIssuer: String? { (try? CompactJWS(self))?.unverifiedText("iss") }
}

extension UpstreamTokens {
    /// Whether nothing in them says who made them: there is no ID token, and the access token has not the shape of a JWT,
    /// signed (three parts) or encrypted (five).
    var nameNoIssuer: Bool {
        idToken == nil && accessToken.reveal().split(separator: ".", omittingEmptySubsequences: false).count < 3
    }
}

/// The claims of a token whose signature was made with a key of the provider; what they say is still to be judged.
struct VerifiedClaims: Sendable, Hashable {
    let values: [String: JSONValue]
    /// What the token was signed with.
    let algorithm: UpstreamAlgorithm
    /// What kind of JWT it says it is (RFC 8725 §3.11).
    let type: String?

    /// Checks the signature of `token` with exactly `key`.
    init(_ token: CompactJWS, signedWith key: VerificationKey) throws(TokenFlaw) {
        guard token.header.alg == key.algorithm.rawValue else { throw .algorithmNotAllowed }
        guard key.verifies(token.signature, of: token.signingInput) else { throw .signature }
        values = token.payload
        algorithm = key.algorithm
        type = token.header.typ
    }

    /// The text of claim `name`.
    func text(_ name: String) -> String? { values[name]?.string }
}
