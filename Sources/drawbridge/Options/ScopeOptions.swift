import ArgumentParser

/// Where the scopes are defined.
struct ScopeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file that defines scopes (DRAWBRIDGE_SCOPES; default: ./scopes.json if it is there).",
            valueName: "json-file"))
    var scopes: String?

    var settings: [Setting: String] {
        [.scopes: scopes].compactMapValues(\.self)
    }

    /// The file as this option and the environment tell it.
    func location() throws(ConfigurationFlaw) -> ScopesLocation {
        try ScopesLocation(Settings(options: settings))
    }
}
