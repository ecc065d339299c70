import ArgumentParser

/// Where the data is.
struct DataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data folder (DRAWBRIDGE_DATA; default: ./data).", valueName: "path"))
    var data: String?

    @Option(
        help: ArgumentHelp(
            "The database (DRAWBRIDGE_DATABASE_URL; default: sqlite:drawbridge.sqlite in the data folder).",
            valueName: "sqlite:path"))
    var databaseURL: String?

    var settings: [Setting: String] {
        [.data: data, .databaseURL: databaseURL].compactMapValues(\.self)
    }

    /// The data's place as these options and the environment tell it.
    func configuration() throws(ConfigurationFlaw) -> DataConfiguration {
        try DataConfiguration(Settings(options: settings))
    }
}
