package import Logging
import OAuth
import ServiceLifecycle

/// Lets the signing keys come and go on their schedule, and looks for those that another process has made, for as long
/// as the broker runs.
package struct SigningKeyKeeper: Service {
    private let keys: SigningKeys
    private let interval: Duration
    private let logger: Logger

    /// `interval` must be well below ``KeySchedule/urgentNotice``.
    package init(keys: SigningKeys, interval: Duration = .seconds(5), logger: Logger) {
        self.keys = keys
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil {
                do {
                    for step in try await keys.advance() { tell(step) }
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("Keeping the signing keys failed", metadata: ["error": "\(error)"])
                }
            }
        }
    }

    private func tell(_ step: KeySchedule.Step) {
        switch step {
        case .publish(let algorithm, let time):
            logger.notice(
                "A signing key is published", metadata: ["alg": "\(algorithm.rawValue)", "signs_from": "\(time)"])
        case .activate(let id, let algorithm, _, _):
            logger.notice(
                "A signing key signs from now on", metadata: ["alg": "\(algorithm.rawValue)", "kid": "\(id)"])
        case .remove(let id): logger.notice("A signing key is gone", metadata: ["kid": "\(id)"])
        }
    }
}
