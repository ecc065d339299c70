package import Connectors
package import OAuth
package import Storage

/// What every flow works with. One object, made at start-up and shared by all: a flow that is copied for a request
/// copies a reference and nothing else.
package final class BrokerEnvironment: Sendable {
    package let issuer: Issuer
    package let store: any Store
    package let keyRing: KeyRing
    package let signingKeys: SigningKeys
    let pairwiseNames: PairwiseNames
    package let providers: any ProviderCatalogue
    /// Ends upstream tokens in the background.
    package let revocations: UpstreamRevocations
    /// Checks people's passwords.
    package let passwords: PasswordHasher
    /// Checks clients' secrets, in a line of their own: a storm of logins leaves the token endpoint alone.
    package let clientSecrets: PasswordHasher
    package let verifiedSecrets: VerifiedSecretCache
    package let clock: any WallClock
    package let random: any RandomSource
    package let lifetimes: Lifetimes
    package let limits: Limits
    package let loginFrontEnd: LoginFrontEnd?
    package let scopes: ScopeRegistry
    let documents: any PublicDocuments

    package init(
        issuer: Issuer, store: any Store, keyRing: KeyRing, signingKeys: SigningKeys,
        pairwiseNames: PairwiseNames, providers: any ProviderCatalogue, revocations: UpstreamRevocations,
        passwords: PasswordHasher,
        clientSecrets: PasswordHasher,
        verifiedSecrets: VerifiedSecretCache,
        clock: any WallClock, random: any RandomSource, lifetimes: Lifetimes, loginFrontEnd: LoginFrontEnd?,
        scopes: ScopeRegistry = ScopeRegistry(), limits: Limits = Limits(), documents: any PublicDocuments
    ) {
        self.issuer = issuer
        self.store = store
        self.keyRing = keyRing
        self.signingKeys = signingKeys
        self.pairwiseNames = pairwiseNames
        self.providers = providers
        self.revocations = revocations
        self.passwords = passwords
        self.clientSecrets = clientSecrets
        self.verifiedSecrets = verifiedSecrets
        self.clock = clock
        self.random = random
        self.lifetimes = lifetimes
        self.limits = limits
        self.loginFrontEnd = loginFrontEnd
        self.scopes = scopes
        self.documents = documents
    }
}
