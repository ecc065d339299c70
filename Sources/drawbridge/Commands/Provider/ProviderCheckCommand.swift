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
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let findings = try await findings(in: Upstreams(try providers.path()))
        let shown = findings.map { CheckFinding($0.severity, $0.text) }
        try output.show(CheckFinding.list(shown, orElse: "Nothing was found."))
        if findings.contains(where: { $0.severity == .problem }) { throw ExitCode.checkFailed }
    }

    private func findings(in upstreams: Upstreams) async throws -> [Finding] {
        if let problem = upstreams.contents.problems.first(where: { $0.file == "\(id).json" }) {
            return [Finding(.problem, "\(problem)")]
        }
        guard let file = upstreams.contents.files.first(where: { $0.id == ProviderID(rawValue: id) }) else {
            let name = LogText.oneLine(id)
            throw Complaint("there is no provider \(name): no file \(upstreams.path)/\(name).json")
        }
        return await upstreams.check(of: file).findings(for: file, at: SystemClock().now)
    }
}
