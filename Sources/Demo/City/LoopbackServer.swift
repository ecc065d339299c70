import Hummingbird
import Logging
import ServiceLifecycle

/// One site of the sample city, served on a loopback port of its own.
struct LoopbackServer: Service {
    let name: String
    let port: Int
    let responder: RouterResponder<BasicRequestContext>
    let logger: Logger

    func run() async throws {
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: port), serverName: name),
            logger: logger
        )
        try await application.run()
    }
}
