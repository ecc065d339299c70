import Connectors
package import OAuth
import Storage

/// `GET /login`: what the chooser has to show.
package struct LoginPageFlow: Sendable {
    private let environment: BrokerEnvironment
    private let payloads: Payloads

    package init(_ environment: BrokerEnvironment) {
        self.environment = environment
        payloads = Payloads(environment)
    }

    /// The content of the login page.
    package struct Chooser: Sendable {
        package let client: Client
        package let request: AuthorizationRequest
        /// Providers with pages of their own.
        package let providers: [ProviderChoice]
        package let localForm: LocalForm
        package let payload: String
    }

    /// A provider to choose.
    package struct ProviderChoice: Sendable, Hashable {
        package let id: ProviderID
        package let name: String
        package let availability: Availability

        /// Whether choosing it can lead anywhere.
        package enum Availability: Sendable, Hashable {
            case available
            /// The provider does not answer at the moment.
            case unavailable
        }
    }

    /// Whether the page has a form for accounts of this broker's own.
    package enum LocalForm: Sendable, Hashable {
        case offered
        case absent
    }

    /// Opens the payload for this browser and lists the ways in.
    package func chooser(_ payloadText: String, visit: Visit) async throws -> Chooser {
        let payload = try await payloads.open(payloadText, for: visit)
        guard let client = try await environment.client(of: payload.request) else {
            throw Refusal.unknownClient
        }
        let accepted = environment.providers.providers().filter { provider in
            client.providers.accepts(provider.id)
                && (payload.request.provider == nil || payload.request.provider == provider.id)
                && provider.canAnswer(payload.request.context)
        }
        let offersLocal = accepted.contains { $0.isLocal }
        return Chooser(
            client: client, request: payload.request,
            providers: accepted.filter(\.isReachedByLink).map(ProviderChoice.init),
            localForm: offersLocal ? .offered : .absent, payload: payloadText)
    }
}

extension LoginPageFlow.ProviderChoice {
    fileprivate init(_ provider: Provider) {
        let availability: Availability =
            switch provider.availability {
            case .available: .available
            case .unavailable: .unavailable
            }
        self.init(id: provider.id, name: provider.name, availability: availability)
    }
}

extension Provider {
    var isLocal: Bool {
        switch state {
        case .local: true
        case .ready, .disabled, .misconfigured: false
        }
    }

    /// Whether following a link here logs people in, with or without pages of the provider's own.
    var isReachedByLink: Bool { hasPagesOfItsOwn || headerLogin != nil }

    var hasPagesOfItsOwn: Bool {
        switch state {
        case .ready(let connector): connector.redirectLogin != nil
        case .local, .disabled, .misconfigured: false
        }
    }
}
