import Connectors
import OAuth

/// A provider as commands show it.
struct ProviderRecord: Encodable {
    private let id: ProviderID
    private let type: String
    private let name: String
    private let login: String
    private let available: Bool
    private let reason: String?

    init(_ provider: Provider) {
        id = provider.id
        type = provider.kind.rawValue
        name = provider.name
        login = provider.way.rawValue
        switch provider.state {
        case .local, .ready: (available, reason) = (true, nil)
        case .disabled: (available, reason) = (false, "switched off in its file")
        case .misconfigured(let why): (available, reason) = (false, why)
        }
    }

    /// Providers as a table.
    static func table(_ providers: [ProviderRecord]) -> String {
        var table = TextTable("PROVIDER", "TYPE", "NAME", "LOGIN LED BY", "STATE")
        for provider in providers {
            table.add(
                provider.id.rawValue, provider.type, provider.name,
                provider.login == Provider.LoginWay.frontEnd.rawValue ? "front end, where there is one" : "broker",
                provider.available ? "available" : "unavailable: \(provider.reason ?? "")")
        }
        return table.text(orElse: "There is no provider.")
    }
}
