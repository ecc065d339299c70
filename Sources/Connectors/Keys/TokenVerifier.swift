import FoundationEssentials
import OAuth

/// Checks signatures of one provider's tokens.
struct TokenVerifier: Sendable {
    let keys: KeyCache
    let algorithms: Set<UpstreamAlgorithm>

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
        let key = try await keys.key(for: token.header, among: algorithms, at: now)
        do throws(TokenFlaw) {
            return try VerifiedClaims(token, signedWith: key)
        } catch {
            throw .untrusted(error)
        }
    }
}
