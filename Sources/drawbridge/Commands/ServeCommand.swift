import ArgumentParser
import Logging
import Tracing
import Web

/// `drawbridge serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the broker until SIGTERM or SIGINT.",
        discussion: """
            It needs no configuration to start: on its first start it makes the data folder with the database, the \
            master key and the signing keys. Each option can also be given as an environment variable; the option wins.

            DRAWBRIDGE_MASTER_KEY holds one or more master keys (32 bytes, base64), the first one seals; without it they \
            are in the file master.key of the data folder, which only its owner may read.

            SIGHUP reads the provider files, the file of scopes and the master keys again.

            EXAMPLES:
              drawbridge serve
              drawbridge serve --issuer https://login.city.example \\
                --trusted-proxies 127.0.0.1,10.0.0.0/8 --log-format json
              drawbridge serve --issuer https://login.city.example --host 0.0.0.0 \\
                --tls-certificate /etc/ssl/login.pem --tls-key /etc/ssl/login.key
            """)

    @OptionGroup var options: ServeOptions

    func run() async throws {
        UsableProcessors.giveEachALoop()
        let configuration = try ServeConfiguration(Settings(options: options.settings))
        configuration.logging.bootstrap()
        InstrumentationSystem.bootstrap(W3CTracer(random: SystemRandomSource()))
        try await BrokerServer(configuration, logger: Logger(label: "drawbridge")).run()
    }
}
