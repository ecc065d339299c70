import Connectors
import OAuth

/// A provider, or a file that should be one, as commands show it.
struct ProviderRecord: Encodable {
    private let id: String
    private let type: String?
    private let name: String?
    private let login: String?
    private let available: Bool
    private let state: State
    private let reason: String?
    /// Where it may say that somebody has logged out there, after this broker's issuer.
    private let logoutPath: String?

    private enum CodingKeys: String, CodingKey {
        case id
        case type
        case name
        case login
        case available
        case state
        case reason
        case logoutPath = "backchannel_logout_path"
    }

    private enum State: String, Encodable {
        case available
        /// By its file.
        case disabled
        /// A value it needs is not there.
        case unavailable
        /// Its file cannot be used.
        case broken
    }

    init(_ provider: Provider) {
        id = provider.id.rawValue
        type = provider.kind.rawValue
        name = provider.name
        login = provider.way.rawValue
        switch provider.state {
        case .local, .ready: (state, reason) = (.available, nil)
        case .disabled: (state, reason) = (.disabled, "switched off in its file")
        case .misconfigured(let why): (state, reason) = (.unavailable, why)
        }
        available = state == .available
        logoutPath =
            switch provider.state {
            case .ready(let connector): connector.logoutTokens == nil ? nil : "/login/\(provider.id)/logout"
            case .local, .disabled, .misconfigured: nil
            }
    }

    init(_ problem: ProviderFileProblem) {
        id = problem.file.hasSuffix(".json") ? String(problem.file.dropLast(5)) : problem.file
        (type, name, login, logoutPath) = (nil, nil, nil, nil)
        (available, state, reason) = (false, .broken, "\(problem)")
    }

    /// Providers as a table.
    static func table(_ providers: [ProviderRecord]) -> String {
        var table = TextTable("PROVIDER", "TYPE", "NAME", "LOGIN LED BY", "STATE")
        for provider in providers {
            table.add(
                provider.id, provider.type ?? "-", provider.name ?? "-",
                provider.login == Provider.LoginWay.frontEnd.rawValue
                    ? "front end, where there is one" : provider.login ?? "-",
                [provider.state.rawValue, provider.reason].compactMap(\.self).joined(separator: ": "))
        }
        return table.text(orElse: "There is no provider.")
    }
}
