import Broker
import BrokerTesting
import Connectors
import Foundation
import OAuth
import Storage
import Testing

extension Client {
    /// A service that may fetch the pool's and Google's tokens in the name of people who use it.
    static var reports: Client {
        get throws {
            Client(
                id: ClientID(rawValue: "reports"), name: "Reports",
                redirectURIs: [try RedirectURI(registering: "https://reports.city.example/back")],
                authentication: .secret(PasswordHash(phc: "replaced when registered")),
                grantTypes: [.authorizationCode, .refreshToken, .tokenExchange], consent: .firstParty,
                upstreamTokenProviders: [Fixtures.pool, StubCatalogue.google, StubCatalogue.campus])
        }
    }
}

extension Scene {
    static let exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange"

    /// A broker whose pool and Google keep their tokens in the vault.
    static func withVault(_ change: (inout Client) -> Void = { _ in }) async throws -> Scene {
        let scene = try await Scene(frontEnd: frontEnd)
        for provider in [Fixtures.pool, StubCatalogue.google] { scene.catalogue.set(provider, custody: .vault) }
        var client = try Client.reports
        change(&client)
        try await scene.broker.register(client)
        return scene
    }

    /// Anna's tokens at the reports, by way of the pool.
    func reportsTokens() async throws -> TokenResponse {
        let code = try await bridgedCode(for: SampleRequest(try .reports), in: browser())
        return try await redeem(code, as: try .reports)
    }

    /// Exchanges `token`; `more` is put over the form of a good request, and an empty value leaves a field out.
    func exchange(
        _ token: Secret, as client: Client, _ more: [String: String] = [:]
    ) async throws -> TokenResponse {
        let form = [
            "grant_type": Self.exchangeGrant, "subject_token": token.reveal(),
            "subject_token_type": TokenTypeName.accessToken.rawValue, "audience": Fixtures.pool.rawValue,
        ].merging(more) { _, new in new }
        return try await tokens(form.filter { !$0.value.isEmpty }.map { (name: $0.key, value: $0.value) }, as: client)
    }

    /// Carries out what the vault gives up, and says which refresh tokens were revoked.
    func revokedByWarden(at connector: StubConnector) async -> [String?] {
        await VaultWarden(environment, logger: browser().visit.logger).round()
        environment.revocations.finish()
        await environment.revocations.run()
        return connector.record.revoked.map { $0.refreshToken?.reveal() }
    }
}
