import ArgumentParser
import Broker
import Connectors
import OAuth

/// `drawbridge provider add`.
struct ProviderAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Write the file of a new provider, and say what is left to do.",
        discussion: """
            A file that is there already is never changed. Secrets are not written into it, only where to find them.

            EXAMPLES:
              drawbridge provider add --type oidc --id campus --name "Campus login" \\
                --issuer https://login.campus.example --client-secret-file /run/secrets/campus
              drawbridge provider add --type oidc --id partner --issuer https://id.partner.example \\
                --client-id drawbridge --client-secret-env PARTNER_SECRET \\
                --set 'allow.email_domains=["partner.example"]'
            """)

    @OptionGroup var options: ProviderDraftOptions

    @Option(
        help: ArgumentHelp(
            "The broker's own address, for the callback to register (DRAWBRIDGE_ISSUER; default: "
                + "http://localhost:8080).", valueName: "url"))
    var brokerIssuer: String?

    @OptionGroup var providers: ProviderOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let issuer = try issuer()
        let draft = try options.draft()
        let folder = ProviderFolder(path: try providers.path(), environment: Upstreams.environment)
        let addition: ProviderFolder.Addition
        do throws(ProviderFolder.WritingFailure) {
            addition = try folder.add(draft)
        } catch {
            throw Self.complaint(about: error, type: options.type)
        }
        let callback = draft.hasCallback ? "\(issuer)/login/\(draft.id)/callback" : nil
        try output.show(AddedProvider(id: draft.id, addition, callback: callback))
    }

    private func issuer() throws -> Issuer {
        let text = Settings(options: [.issuer: brokerIssuer].compactMapValues(\.self))[.issuer]
        do throws(Issuer.Flaw) {
            return try Issuer(text ?? "http://localhost:8080")
        } catch {
            throw Complaint(
                "--broker-issuer (or \(Setting.issuer.variable)) should be the broker's own address as serve has it, such "
                    + "as https://login.city.example")
        }
    }

    /// What is missing is told as the option that gives it.
    private static func complaint(about failure: ProviderFolder.WritingFailure, type: String) -> Complaint {
        guard case .broken(let problem) = failure, problem.reason == .missingKey, let key = problem.key?.dropFirst(2)
        else { return Complaint("\(failure)") }
        let options = [
            "issuer": "--issuer URL", "client_id": "--client-id TEXT", "client_secret": "--client-secret-env VARIABLE",
        ]
        let option = options[String(key)] ?? "--set \(key)=…"
        return Complaint("a provider of type \(type) needs \(key): say it with \(option)")
    }
}
