package import OAuth

/// One browser's way out of a provider's session and back here.
package struct UpstreamDeparture: Sendable {
    /// The ID token of the login that ends: some providers ask the person, or end nothing, without it.
    package let idToken: Secret?
    /// This broker's own address for the way back, absolute; the operator has registered it at the provider.
    package let returnAddress: String
    /// Opaque to the provider; not every provider brings it back.
    package let state: String

    package init(idToken: Secret?, returnAddress: String, state: String) {
        self.idToken = idToken
        self.returnAddress = returnAddress
        self.state = state
    }
}
