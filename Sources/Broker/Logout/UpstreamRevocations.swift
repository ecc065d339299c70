package import Connectors
package import Logging
package import OAuth
import ServiceLifecycle
import Synchronization

/// Revokes upstream tokens in the background, for as long as the broker runs.
///
/// Nobody waits for a provider here, and a provider in trouble holds up no other: every one has room for a few orders
/// of its own, and what finds no room is dropped with a line in the log. Each order is tried once, within the deadline
/// of the provider's transport.
package final class UpstreamRevocations: Service {
    private struct Order: Sendable {
        let provider: ProviderID
        let revocation: any TokenRevocation
        let tokens: UpstreamTokens
        let logger: Logger
    }

    /// What is taken on, so that it can be bounded.
    private struct Book {
        var pending: [ProviderID: Int] = [:]
        /// The tokens taken on last, oldest first: whoever presents a dead token again and again has it revoked once.
        var recent: [HandleDigest] = []

        mutating func takeOn(_ token: HandleDigest, at provider: ProviderID) -> Entry {
            guard !recent.contains(token) else { return .known }
            guard pending[provider, default: 0] < UpstreamRevocations.capacity else { return .full }
            pending[provider, default: 0] += 1
            if recent.count == UpstreamRevocations.memory { recent.removeFirst() }
            recent.append(token)
            return .taken
        }

        mutating func finish(_ provider: ProviderID) {
            pending[provider] = pending[provider].flatMap { $0 > 1 ? $0 - 1 : nil }
        }
    }

    private enum Entry {
        case taken
        case known
        case full
    }

    /// Most orders of one provider, under way or waiting.
    package static let capacity = 32
    private static let memory = 256

    private let providers: any ProviderCatalogue
    private let clock: any WallClock
    private let book = Mutex(Book())
    private let orders: AsyncStream<Order>
    private let desk: AsyncStream<Order>.Continuation

    package init(providers: any ProviderCatalogue, clock: any WallClock) {
        self.providers = providers
        self.clock = clock
        (orders, desk) = AsyncStream.makeStream()
    }

    /// Carries out what is ordered until the broker shuts down; what was taken on before is finished.
    package func run() async {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await order in orders { group.addTask { await self.carryOut(order) } }
            }
        } onGracefulShutdown: {
            self.finish()
        }
    }

    /// Takes no more orders: ``run()`` ends when those taken on are done.
    package func finish() { desk.finish() }

    /// Has `tokens` of `provider` revoked, if it offers that. Returns at once.
    package func order(_ tokens: UpstreamTokens, at provider: ProviderID, for visit: Visit) {
        order(tokens, at: provider, logger: visit.logger)
    }

    /// The same where nobody is at the door.
    package func order(_ tokens: UpstreamTokens, at provider: ProviderID, logger: Logger) {
        guard let subject = tokens.refreshToken ?? tokens.accessToken.nonEmpty,
            let revocation = revocation(at: provider)
        else { return }
        switch book.withLock({ $0.takeOn(HandleDigest(of: subject), at: provider) }) {
        case .known: return
        case .full:
            logger.warning(
                "Too many upstream tokens are being revoked: these stay as they are",
                metadata: ["connector.id": "\(provider)"])
        case .taken:
            desk.yield(Order(provider: provider, revocation: revocation, tokens: tokens, logger: logger))
        }
    }

    private func revocation(at id: ProviderID) -> (any TokenRevocation)? {
        guard let provider = providers.provider(id) else { return nil }
        switch (provider.endings.revocation, provider.state) {
        case (.whereOffered, .ready(let connector)): return connector.tokenRevocation
        case (.never, _), (_, .local), (_, .disabled), (_, .misconfigured): return nil
        }
    }

    private func carryOut(_ order: Order) async {
        let provider = Logger.MetadataValue.string("\(order.provider)")
        do throws(ConnectorError) {
            switch try await order.revocation.revoke(order.tokens, at: clock.now) {
            case .revoked: order.logger.info("Upstream tokens revoked", metadata: ["connector.id": provider])
            case .notOffered: order.logger.debug("Upstream revokes no tokens", metadata: ["connector.id": provider])
            }
        } catch {
            order.logger.log(
                level: error.logLevel, "Upstream tokens could not be revoked",
                metadata: ["connector.id": provider, "cause": "\(error.logCause)"])
        }
        book.withLock { $0.finish(order.provider) }
    }
}

extension Secret {
    fileprivate var nonEmpty: Secret? { reveal().isEmpty ? nil : self }
}
