import ArgumentParser
import Demo

/// `drawbridge demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run a sample city on this machine: the broker, an identity pool, a login page and two services.",
        discussion: """
            It prints what to open and whom to log in as, and runs until Ctrl-C. Everything listens on loopback only. \
            Its data is thrown away at the end unless --data says where to keep it.

            EXAMPLES:
              drawbridge demo
              drawbridge demo --port 9000      (the others take the ports 9001 to 9004)
            """)

    @Option(help: ArgumentHelp("The broker's port; the others follow it.", valueName: "number"))
    var port = 8080

    @Option(help: ArgumentHelp("The login front end's port (default: the broker's + 1).", valueName: "number"))
    var frontEndPort: Int?

    @Option(help: ArgumentHelp("The port of Transport (default: the broker's + 2).", valueName: "number"))
    var transportPort: Int?

    @Option(help: ArgumentHelp("The port of Parking (default: the broker's + 3).", valueName: "number"))
    var parkingPort: Int?

    @Option(help: ArgumentHelp("The pool's port (default: the broker's + 4).", valueName: "number"))
    var poolPort: Int?

    @Option(help: ArgumentHelp("Keep the data in this folder.", valueName: "path"))
    var data: String?

    @Option(help: ArgumentHelp("The folder of page templates.", valueName: "path"))
    var templates: String?

    @OptionGroup var logging: LogOptions

    func validate() throws {
        let wrong = sites.first { !(1...65535).contains($0.port) }
        if let wrong { throw ValidationError("\(wrong.option) would be \(wrong.port): a port is 1 to 65535.") }
        for (index, site) in sites.enumerated() {
            guard let other = sites[..<index].first(where: { $0.port == site.port }) else { continue }
            throw ValidationError(
                "\(other.name) and \(site.name) cannot both have port \(site.port): see \(site.option).")
        }
    }

    func run() async throws {
        var settings = logging.settings
        settings[.logLevel] = settings[.logLevel] ?? "warning"
        settings[.templates] = templates
        try await DemoRun(sites: sites, ports: ports, data: data, settings: settings).run()
    }

    private var ports: DemoPorts {
        DemoPorts(
            loginFrontEnd: frontEndPort ?? port + 1, transport: transportPort ?? port + 2,
            parking: parkingPort ?? port + 3, pool: poolPort ?? port + 4)
    }

    private var sites: [DemoSite] {
        [
            DemoSite(name: "Drawbridge", port: port, option: "--port"),
            DemoSite(name: "the login front end", port: ports.loginFrontEnd, option: "--front-end-port"),
            DemoSite(name: "Transport", port: ports.transport, option: "--transport-port"),
            DemoSite(name: "Parking", port: ports.parking, option: "--parking-port"),
            DemoSite(name: "the pool", port: ports.pool, option: "--pool-port"),
        ]
    }
}
