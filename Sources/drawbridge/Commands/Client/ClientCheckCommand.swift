import ArgumentParser
import Broker
import Connectors

/// `drawbridge client check`.
struct ClientCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what in a client's registration would bite.",
        discussion: "Ends with status 2 if logins through the client cannot work.")

    @Argument(help: "The client_id.")
    var id: String

    @OptionGroup var data: DataOptions
    @OptionGroup var providers: ProviderOptions
    @OptionGroup var scopes: ScopeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let path = try providers.path()
        let defined = try scopes.location().catalogue()
        let remarks = try await DataFolder.with(data.configuration()) { folder in
            let client = try await folder.client(id)
            return RegistrationReview(providers: Upstreams(path).registry, scopes: defined).remarks(on: client)
        }
        let findings = remarks.map { CheckFinding($0.isFatal ? .problem : .note, $0.sentence) }
        try output.show(CheckFinding.list(findings, orElse: "Nothing in the registration of \(id) would bite."))
        if remarks.contains(where: \.isFatal) { throw ExitCode.checkFailed }
    }
}

extension RegistrationReview.Remark {
    /// The remark in words for the operator.
    fileprivate var sentence: String {
        switch self {
        case .unknownProvider(let id): "It accepts the provider \(id), for which there is no file."
        case .providerDisabled(let id): "Its provider \(id) is switched off."
        case .providerMisconfigured(let id, let reason): "Its provider \(id) cannot be used: \(reason)."
        case .nobodyCanLogIn: "None of the providers it accepts can be used: nobody can log in."
        case .logsNobodyIn: "It may not use authorization codes: it can stage tokens, and logs nobody in."
        case .noRefresh: "It gets no refresh token: its people log in again when their access token expires."
        case .noIDToken: "It may not ask for the scope openid, so it gets no ID token."
        case .undefinedScope(let name): "Its scope \(name) is not defined here: it releases no claims."
        case .keepsNoTokens(let id):
            "It may fetch tokens of \(id), whose file does not say \"upstream_tokens\": \"vault\": there are none."
        case .loopbackRedirect(let uri): "\(uri) works on the person's own machine only: an app's, or a developer's."
        case .privateScheme(let uri): "\(uri) has a scheme that another app on the same device can claim too."
        }
    }
}
