/// Where a provider's tokens go when the code is redeemed (`upstream_tokens` in the provider file).
package enum TokenCustody: String, Sendable, CaseIterable {
    /// To the client, and nowhere else: nothing of them stays here.
    case release
    /// They stay here, sealed: the broker refreshes them, and hands out one that counts to clients that may have it.
    case vault
}
