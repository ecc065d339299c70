package import OAuth
import Storage

/// `POST /oauth2/token`: the phases every grant type shares, in order, so that none can forget one.
///
/// Each grant is called (`@inline(never)`), and so is what in them takes no waiting or is rare: inlined, all that they work
/// with would have its place in the frame of every request that waits for the store, and these fill the caches.
package final class TokenFlow: Sendable {
    private let authenticator: ClientAuthenticator
    private let signingKeys: SigningKeys
    private let codes: CodeGrant
    private let refreshes: RefreshGrant
    private let services: ServiceGrant
    private let exchanges: TokenExchange
    private let devices: DeviceGrant

    package init(_ environment: BrokerEnvironment) {
        authenticator = ClientAuthenticator(environment)
        signingKeys = environment.signingKeys
        let vault = Vault(environment)
        codes = CodeGrant(environment, vault)
        refreshes = RefreshGrant(environment, vault)
        services = ServiceGrant(environment)
        exchanges = TokenExchange(environment, vault)
        devices = DeviceGrant(environment, codes)
    }

    /// Answers the request; throws ``OAuthError``.
    package func answer(
        _ parameters: FormParameters, authorization: String?, visit: Visit
    ) async throws -> TokenResponse {
        let credentials = try ClientCredentials(authorization: authorization, parameters: parameters)
        let client = try await authenticator.authenticate(credentials, visit: visit)
        let request = try TokenRequest(parameters)
        guard client.grantTypes.contains(request.grantType) else {
            throw OAuthError(.unauthorizedClient, "The client is not registered for this grant type.")
        }
        let resources = try parameters.resourceIndicators()
        try await signingKeys.provide(client.idTokenAlgorithm)
        switch request {
        case .authorizationCode(let code, let redirectURI, let verifier):
            return try await codes.redeem(
                code, redirectURI: redirectURI, verifier: verifier, resources: resources, client: client, visit: visit)
        case .refreshToken(let token, let scope):
            return try await refreshes.refresh(token, scope: scope, resources: resources, client: client, visit: visit)
        case .clientCredentials(let scope):
            return try await services.answer(scope: scope, resources: resources, client: client, visit: visit)
        case .tokenExchange(let exchange):
            return try await exchanges.answer(exchange, client: client, visit: visit)
        case .deviceCode(let code):
            // None was asked for where the person agreed.
            guard resources.isEmpty else { throw OAuthError.resourceNotGranted }
            return try await devices.answer(code, client: client, visit: visit)
        }
    }
}
