import Broker
import Connectors
import Logging
import OAuth
import ServiceLifecycle
import UnixSignals

/// Reads the file of scopes again at SIGHUP. A broken file is reported, and the scopes stay as they were.
struct ScopeReload: Service {
    let location: ScopesLocation
    let registry: ScopeRegistry
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() {
            do throws(ProviderFileProblem) {
                let catalogue = try location.read()
                registry.replace(with: catalogue)
                logger.notice("Scopes read again", metadata: ["scopes": "\(catalogue.entries.count)"])
            } catch {
                logger.warning("The file of scopes is broken", metadata: ["problem": "\(error)"])
            }
        }
    }
}
