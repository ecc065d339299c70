package import Logging
import ServiceLifecycle
package import Storage

/// Deletes expired rows in small batches, for as long as the broker runs.
package struct Sweeper: Service {
    private let store: any Sweepable
    private let clock: any WallClock
    private let interval: Duration
    private let logger: Logger

    /// Most rows of each kind in one transaction, so that nobody waits for a sweep.
    private static let batch = 500

    package init(store: any Sweepable, clock: any WallClock, interval: Duration = .seconds(60), logger: Logger) {
        self.store = store
        self.clock = clock
        self.interval = interval
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await sweep()
                try? await Task.sleep(for: interval)
            }
        }
    }

    private func sweep() async {
        do {
            while try await store.sweep(expiredBefore: clock.now, limit: Self.batch) >= Self.batch {
                try await Task.sleep(for: .milliseconds(20))
            }
        } catch is CancellationError {
            return
        } catch {
            logger.error("Sweeping expired rows failed", metadata: ["error": "\(error)"])
        }
    }
}
