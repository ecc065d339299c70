package import Connectors
package import OAuth
import Synchronization

/// The providers of a test: local accounts, the city's pool behind the login front end, and two with pages of their own.
package final class StubCatalogue: ProviderCatalogue {
    package static let google = ProviderID(rawValue: "google")
    package static let campus = ProviderID(rawValue: "campus")

    /// Anna logs in at each of them unless the test says otherwise.
    package let pool = StubConnector(.sample(.anna, at: Fixtures.pool))
    package let google = StubConnector(
        .sample(.anna, at: StubCatalogue.google), abilities: [.redirect, .refresh, .revocation, .logout, .logoutTokens])
    package let campus = StubConnector(.sample(.anna, at: StubCatalogue.campus), abilities: [.redirect])
    private let all: Mutex<[Provider]>

    package init() {
        all = Mutex([
            Provider(
                id: .local, name: "City account", kind: .local, way: .broker, admission: AdmissionRule(),
                linking: .byVerifiedEmail, state: .local),
            Provider(
                id: Fixtures.pool, name: "City pool", kind: .cognito, way: .frontEnd, admission: AdmissionRule(),
                state: .ready(pool)),
            Provider(
                id: Self.google, name: "Google", kind: .oidc, way: .broker, admission: AdmissionRule(),
                state: .ready(google)),
            Provider(
                id: Self.campus, name: "Campus", kind: .oidc, way: .broker, admission: AdmissionRule(),
                state: .ready(campus)),
        ])
    }

    package func providers() -> [Provider] { all.withLock { $0 } }

    /// Adds one more, in front of all others.
    package func add(_ provider: Provider) { all.withLock { $0.insert(provider, at: 0) } }

    /// Puts the provider `id` into another state, as a changed file would.
    package func set(_ id: ProviderID, _ state: Provider.State) {
        change(id) { old in
            Provider(
                id: old.id, name: old.name, kind: old.kind, way: old.way, admission: old.admission,
                linking: old.linking, endings: old.endings, custody: old.custody, contextClasses: old.contextClasses,
                state: state)
        }
    }

    /// Lets in only some of the people of provider `id`.
    package func set(_ id: ProviderID, admission: AdmissionRule) {
        change(id) { old in
            Provider(
                id: old.id, name: old.name, kind: old.kind, way: old.way, admission: admission,
                linking: old.linking, endings: old.endings, custody: old.custody, contextClasses: old.contextClasses,
                state: old.state)
        }
    }

    /// Lets the word of provider `id` on an address count, or not.
    package func set(_ id: ProviderID, linking: LinkingRule) {
        change(id) { old in
            Provider(
                id: old.id, name: old.name, kind: old.kind, way: old.way, admission: old.admission, linking: linking,
                endings: old.endings, custody: old.custody, contextClasses: old.contextClasses, state: old.state)
        }
    }

    /// Says what ends at provider `id` when something ends here.
    package func set(_ id: ProviderID, endings: UpstreamEndings) {
        change(id) { old in
            Provider(
                id: old.id, name: old.name, kind: old.kind, way: old.way, admission: old.admission,
                linking: old.linking, endings: endings,
                custody: old.custody, contextClasses: old.contextClasses, state: old.state)
        }
    }

    /// Says where the tokens of provider `id` go.
    package func set(_ id: ProviderID, custody: TokenCustody) {
        change(id) { old in
            Provider(
                id: old.id, name: old.name, kind: old.kind, way: old.way, admission: old.admission,
                linking: old.linking, endings: old.endings, custody: custody, contextClasses: old.contextClasses,
                state: old.state)
        }
    }

    /// Says of which class a login at provider `id` is.
    package func set(_ id: ProviderID, contextClasses: ContextClassRule) {
        change(id) { old in
            Provider(
                id: old.id, name: old.name, kind: old.kind, way: old.way, admission: old.admission,
                linking: old.linking, endings: old.endings, custody: old.custody, contextClasses: contextClasses,
                state: old.state)
        }
    }

    /// Removes the provider's file.
    package func remove(_ id: ProviderID) {
        all.withLock { $0.removeAll { $0.id == id } }
    }

    private func change(_ id: ProviderID, _ new: @Sendable (Provider) -> Provider) {
        all.withLock { all in
            all = all.map { $0.id == id ? new($0) : $0 }
        }
    }
}
