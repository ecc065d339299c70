package import Logging
import OAuth
import ServiceLifecycle
import Storage

/// Takes out of the vault what nobody has a use for any more, and has it revoked at the provider.
///
/// An account's tokens are kept for as long as one of its grants counts and the identity is the account's own, whatever
/// ended that: a logout, the command line, a deleted client, time.
package struct VaultWarden: Service {
    private let environment: BrokerEnvironment
    private let interval: Duration
    private let logger: Logger

    /// Fewer than what ``UpstreamRevocations`` takes on for one provider.
    private static let batch = 16

    package init(_ environment: BrokerEnvironment, interval: Duration = .seconds(10), logger: Logger) {
        self.environment = environment
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await round()
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Clears everything out that is abandoned now.
    package func round() async {
        do {
            while true {
                let abandoned = try await environment.store.takeAbandoned(
                    at: environment.clock.now, limit: Self.batch)
                abandoned.forEach(revoke)
                guard abandoned.count >= Self.batch else { return }
                // Room for these has to become free at the provider's desk.
                try await Task.sleep(for: .seconds(1))
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error("Clearing out the vault failed", metadata: ["error": "\(error)"])
        }
    }

    private func revoke(_ entry: VaultEntry) {
        switch entry.leader {
        // What a login front end handed over is its own login too, which must not end with ours.
        case .frontEnd: return
        case .broker: break
        }
        do {
            let tokens = try environment.keyRing.vaultedTokens(of: entry)
            environment.revocations.order(tokens, at: entry.provider, logger: logger)
        } catch {
            logger.warning(
                "Kept upstream tokens cannot be opened, so they are not revoked",
                metadata: ["connector.id": "\(entry.provider)"])
        }
    }
}
