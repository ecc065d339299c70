import ArgumentParser
import Connectors
import OAuth

/// The provider to switch on or off.
struct ProviderSwitchOptions: ParsableArguments {
    @Argument(help: "The provider's id: the name of its file without .json.")
    var id: String

    @OptionGroup var providers: ProviderOptions
    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    /// Writes `activity` into the provider's file and says so.
    func turn(_ activity: ProviderDefinition.Activity) throws {
        let folder = ProviderFolder(path: try providers.path(), environment: Upstreams.environment)
        let outcome: ProviderFolder.Switch
        do throws(ProviderFolder.WritingFailure) {
            outcome = try folder.set(activity, of: ProviderID(rawValue: id))
        } catch {
            guard case .missing = error, id == ProviderID.local.rawValue else { throw Complaint("\(error)") }
            throw Complaint("\(error): make one with drawbridge provider add --type local --set enabled=false")
        }
        try output.show(SwitchedProvider(id: ProviderID(rawValue: id), activity, outcome))
    }
}
