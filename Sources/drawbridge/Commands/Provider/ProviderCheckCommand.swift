import ArgumentParser
import Connectors
import OAuth

/// `drawbridge provider check`.
struct ProviderCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Try a provider out, without logging anybody in, and say in plain words what is wrong.",
        discussion: "Ends with status 2 if logins at the provider cannot work.")

    @Argument(help: "The provider's id: the name of its file without .json.")
    var id: String

    @OptionGroup var providers: ProviderOptions
    @OptionGroup var scopes: ScopeOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let defined = try scopes.location().catalogue()
        let findings = try await findings(in: Upstreams(try providers.path()), scopes: defined)
        let shown = findings.map { CheckFinding($0.severity, $0.text) }
        try output.show(CheckFinding.list(shown, orElse: "Nothing was found."))
        if findings.contains(where: { $0.severity == .problem }) { throw ExitCode.checkFailed }
    }

    private func findings(in upstreams: Upstreams, scopes: ScopeCatalogue) async throws -> [Finding] {
        if let problem = upstreams.contents.problems.first(where: { $0.file == "\(id).json" }) {
            return [Finding(.problem, "\(problem)")]
        }
        guard let file = upstreams.contents.files.first(where: { $0.id == ProviderID(rawValue: id) }) else {
            let name = LogText.oneLine(id)
            throw Complaint("there is no provider \(name): no file \(upstreams.path)/\(name).json")
        }
        let tried = await upstreams.check(of: file).findings(for: file, at: SystemClock().now)
        return tried + Self.unreleased(file, scopes)
    }

    /// Claims that the file maps for nobody: no scope releases or demands them.
    private static func unreleased(_ file: ProviderFile, _ scopes: ScopeCatalogue) -> [Finding] {
        switch file {
        case .unusable: return []
        case .usable(let definition):
            // Admission reads the hosted domain, whether or not a service sees it.
            let used = Set(scopes.claims + scopes.entries.compactMap(\.demand?.claim) + ["hd"])
            return definition.mappedClaims.filter { !used.contains($0) }.map { name in
                Finding(.warning, "The claim \(name) is mapped, but no scope releases it: define one (see --scopes).")
            }
        }
    }
}
