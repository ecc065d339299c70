import Broker
import BrokerTesting
import Connectors
import OAuth
import Testing

@Suite("Review of a client's registration")
struct RegistrationReviewTests {
    private static let google = ProviderID(rawValue: "google")

    private struct Catalogue: ProviderCatalogue {
        let states: [(ProviderID, Provider.State)]

        func providers() -> [Provider] {
            states.map { id, state in
                Provider(
                    id: id, name: id.rawValue, kind: .oidc, way: .broker, admission: AdmissionRule(), state: state)
            }
        }
    }

    private func remarks(
        on client: Client, _ states: (ProviderID, Provider.State)...
    ) -> [RegistrationReview.Remark] {
        RegistrationReview(providers: Catalogue(states: states)).remarks(on: client)
    }

    @Test("A sound registration gives no remark")
    func sound() throws {
        let remarks = remarks(on: try .transport, (Fixtures.pool, .local), (Self.google, .local))
        #expect(remarks.isEmpty)
    }

    @Test("A provider without a file is fatal even where another one works")
    func unknownProvider() throws {
        let remarks = remarks(on: try .transport, (Fixtures.pool, .local))
        #expect(remarks == [.unknownProvider(Self.google)])
        #expect(remarks.map(\.isFatal) == [true])
    }

    @Test("Where no accepted provider can be used, nobody can log in, and that comes first")
    func nobody() throws {
        let remarks = remarks(
            on: try .transport, (Fixtures.pool, .disabled), (Self.google, .misconfigured(reason: "SECRET is not set")),
            (ProviderID(rawValue: "local"), .local))
        #expect(
            remarks == [
                .nobodyCanLogIn, .providerDisabled(Fixtures.pool),
                .providerMisconfigured(Self.google, reason: "SECRET is not set"),
            ])
    }

    @Test("Loopback redirects, private schemes, and what the tokens will lack are noted, and not fatal")
    func notes() throws {
        var client = try Client.parking
        let scheme = try RedirectURI(registering: "example.city.parking:/callback")
        client.redirectURIs.append(scheme)
        client.allowedScope = Scope(["email"])
        let remarks = remarks(on: client, (ProviderID(rawValue: "local"), .local))
        let loopback = try RedirectURI(registering: "http://127.0.0.1/callback")
        #expect(remarks == [.loopbackRedirect(loopback), .privateScheme(scheme), .noRefresh, .noIDToken])
        #expect(remarks.map(\.isFatal) == [false, false, false, false])
    }

    @Test("Of a client that only stages tokens nothing else is said")
    func staging() throws {
        var client = try Client.transport
        client.grantTypes = []
        client.redirectURIs = []
        #expect(remarks(on: client) == [.logsNobodyIn])
    }
}
