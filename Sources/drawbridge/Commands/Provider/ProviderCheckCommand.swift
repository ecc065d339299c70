import ArgumentParser
import Connectors
import OAuth

/// `drawbridge provider check`.
struct ProviderCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Try providers out, without logging anybody in, and say in plain words what is wrong.",
        discussion: """
            Secrets are used where the provider has to be asked with them, and never shown. Ends with status 2 if logins \
            at a provider cannot work.
            """)

    @Argument(help: "The provider's id: the name of its file without .json. Default: every provider.")
    var id: String?

    @OptionGroup var providers: ProviderOptions
    @OptionGroup var scopes: ScopeOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let defined = try scopes.location().catalogue()
        let upstreams = Upstreams(try providers.path())
        let ids = try id.map { [$0] } ?? Self.all(in: upstreams)
        var reports: [ProviderReport] = []
        for id in ids { reports.append(try await Self.report(on: id, in: upstreams, defined)) }
        try output.show(ProviderReports(reports))
        if reports.contains(where: \.hasProblem) { throw ExitCode.checkFailed }
    }

    private static func all(in upstreams: Upstreams) throws -> [String] {
        guard !upstreams.isFolderMissing else {
            throw Complaint("there is no folder \(upstreams.path): see --providers")
        }
        let broken = upstreams.contents.problems.map(\.file).filter { $0.hasSuffix(".json") }.map { $0.dropLast(5) }
        return (upstreams.contents.files.map(\.id.rawValue) + broken.map(String.init)).sorted()
    }

    private static func report(
        on id: String, in upstreams: Upstreams, _ scopes: ScopeCatalogue
    ) async throws -> ProviderReport {
        let contents = upstreams.contents
        if let problem = contents.problems.first(where: { $0.file == "\(id).json" }) {
            return ProviderReport(id: id, [Finding(.problem, "\(problem)")])
        }
        guard let file = contents.files.first(where: { $0.id.rawValue == id }) else {
            let name = LogText.oneLine(id)
            throw Complaint("there is no provider \(name): no file \(upstreams.path)/\(name).json")
        }
        let warnings = contents.warnings.filter { $0.file == "\(id).json" }.map { Finding(.warning, "\($0).") }
        let tried = await upstreams.check(of: file).findings(for: file, at: SystemClock().now)
        return ProviderReport(id: id, warnings + tried + unreleased(file, scopes))
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
