import Hummingbird
import Logging

/// A Hummingbird server that answers `GET /` with a word, as little as the framework can do.
struct PlainServer {
    let port: Int

    func run() async throws {
        let router = Router()
        router.get("/") { _, _ in "drawbridge" }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
            logger: Logger(label: "floor"))
        try await application.runService()
    }
}
