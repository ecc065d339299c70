import ArgumentParser

/// Where the provider files are.
struct ProviderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of provider files (DRAWBRIDGE_PROVIDERS; default: ./providers).", valueName: "path"))
    var providers: String?

    var settings: [Setting: String] {
        [.providers: providers].compactMapValues(\.self)
    }

    /// The folder as this option and the environment tell it.
    func path() throws(ConfigurationFlaw) -> String {
        try Settings(options: settings).path(.providers) ?? "providers"
    }
}
