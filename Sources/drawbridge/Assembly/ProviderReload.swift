import Connectors
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the provider files again at SIGHUP. A broken file is reported, and its old provider stays.
struct ProviderReload: Service {
    private let upstreams: Upstreams
    private let logger: Logger

    init(_ upstreams: Upstreams, logger: Logger) {
        self.upstreams = upstreams
        self.logger = logger
    }

    func run() async throws {
        reportStart()
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() {
            let contents = upstreams.folder.read()
            upstreams.registry.replace(with: contents)
            logger.notice("Provider files read again", metadata: ["files": "\(contents.files.count)"])
            report(contents)
        }
    }

    private func reportStart() {
        report(upstreams.contents)
        for provider in upstreams.registry.providers() {
            switch provider.state {
            case .local, .ready, .disabled: break
            case .misconfigured(let reason):
                logger.warning(
                    "A provider cannot be used", metadata: ["connector.id": "\(provider.id)", "reason": "\(reason)"])
            }
        }
    }

    private func report(_ contents: ProviderFolder.Contents) {
        guard !upstreams.isFolderMissing else {
            logger.notice("There is no folder of provider files", metadata: ["path": "\(upstreams.path)"])
            return
        }
        for problem in contents.problems {
            logger.warning("A provider file is broken", metadata: ["problem": "\(problem)"])
        }
    }
}
