package import OAuth

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What a client of ours has signed to prove itself (RFC 7523 §3), its signature and claims checked.
///
/// That it was not used before is the caller's to see to, by its ``id``.
package struct ClientAssertion: Sendable, Hashable {
    /// `jti`.
    package let id: String
    /// Until when it could be used again, clocks that differ included.
    package let expiresAt: Date

    /// Most seconds until an assertion expires: its `jti` is kept for as long.
    private static let longestLife = 3600.0
    private static let longestID = 256

    /// Checks `token` of `client`, whose keys are `keys`; each of its audiences must be among `audiences`.
    package init(
        _ token: Secret, of client: ClientID, signedWith keys: ClientKeySet, for audiences: Set<String>, at now: Date
    ) async throws(TokenFlaw) {
        let claims = try await Self.verified(try CompactJWS(token), with: keys)
        try claims.requireIssuer(client.rawValue)
        guard try claims.subject().utf8.elementsEqual(client.rawValue.utf8) else { throw .subjectMismatch }
        let named: [JSONValue] =
            switch claims.values["aud"] {
            case .array(let elements): elements
            case let audience?: [audience]
            case nil: []
            }
        guard !named.isEmpty, named.allSatisfy({ $0.string.map(audiences.contains) ?? false }) else {
            throw .audience
        }
        try claims.requireTimes(at: now)
        guard let expiry = claims.expiry, expiry.timeIntervalSince(now) <= Self.longestLife + VerifiedClaims.leeway
        else { throw .expired }
        guard let id = claims.text("jti"), (1...Self.longestID).contains(id.utf8.count) else { throw .malformed }
        self.id = id
        expiresAt = expiry.addingTimeInterval(VerifiedClaims.leeway)
    }

    private static func verified(
        _ token: CompactJWS, with keys: ClientKeySet
    ) async throws(TokenFlaw) -> VerifiedClaims {
        // The client's keys decide, never the token: `none` and HMAC end here (RFC 8725 §3.1).
        guard ClientKeySet.algorithms.contains(token.header.alg),
            let algorithm = UpstreamAlgorithm(rawValue: token.header.alg)
        else { throw .algorithmNotAllowed }
        guard let published = try? UntrustedJSON.decode(PublishedKeys.self, from: keys.json) else { throw .unknownKey }
        // Without a `kid` it may be any of them; there are few, each of them registered.
        let candidates = published.keys(for: token.header.kid, algorithm, atMost: published.keys.count)
        var flaw = TokenFlaw.unknownKey
        for key in candidates {
            guard let verifier = await VerificationKey(key, algorithm) else { continue }
            do throws(TokenFlaw) {
                return try VerifiedClaims(token, signedWith: verifier)
            } catch {
                flaw = error
            }
        }
        throw flaw
    }
}
