import FoundationEssentials
import OAuth

/// Checks signatures of one provider's tokens.
struct TokenVerifier: Sendable {
    let keys: KeyCache
    let algorithms: Set<UpstreamAlgorithm>

    /// Sees to it that there are keys, before something is done that cannot be undone.
    func prepare(at now: Date) async throws(ConnectorError) {
        try await keys.prepare(at: now)
    }

    /// The claims of `token` once its signature is known to be the provider's.
    func verify(_ token: Secret, at now: Date) async throws(ConnectorError) -> VerifiedClaims {
        let parts: CompactJWS
        do throws(TokenFlaw) {
            parts = try CompactJWS(token)
        } catch {
            throw .untrusted(error)
        }
        return try await verify(parts, at: now)
    }

    /// The same for a token that has been taken apart already.
    func verify(_ token: CompactJWS, at now: Date) async throws(ConnectorError) -> VerifiedClaims {
        let candidates = try await keys.candidates(for: token.header, among: algorithms, at: now)
        if let claims = Self.claims(of: token, candidates.keys) { return claims }
        if let newer = try await keys.candidates(after: candidates, for: token.header, at: now),
            let claims = Self.claims(of: token, newer.keys)
        {
            return claims
        }
        throw .untrusted(.signature)
    }

    private static func claims(of token: CompactJWS, _ keys: [VerificationKey]) -> VerifiedClaims? {
        for key in keys {
            if let claims = try? VerifiedClaims(token, signedWith: key) { return claims }
        }
        return nil
    }
}
