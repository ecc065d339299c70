package import Connectors
package import Logging
import OAuth
import ServiceLifecycle
import Storage
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tells clients that somebody has logged out (OIDC Back-Channel Logout §2.5), for as long as the broker runs.
///
/// What is to be told rests in the store since the moment the session ended, so nothing is lost with a process: a notice
/// that a node has taken and not settled is due again when its lease is over. A client that does not take it is asked again
/// after a pause that doubles, and none holds up another.
package final class LogoutDeliveries: Service {
    /// How much is done at once.
    package struct Limits: Sendable {
        /// Most requests under way.
        package var capacity = 32
        /// Most requests under way to one host.
        package var perHost = 4

        package init() {}
    }

    private let environment: BrokerEnvironment
    private let messenger: LogoutMessenger
    private let calls: any ClientCalling
    private let limits: Limits
    private let interval: Duration
    private let logger: Logger
    /// How many notices of each host are under way.
    private let underWay = Mutex<[String: Int]>([:])
    private let rings: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    /// Seconds for which a notice is this node's alone: longer than any request may take.
    private static let lease = 30.0

    /// `interval` is the time between two looks at the store.
    package init(
        _ environment: BrokerEnvironment, calls: any ClientCalling, limits: Limits = Limits(),
        interval: Duration = .milliseconds(500), logger: Logger
    ) {
        self.environment = environment
        messenger = LogoutMessenger(environment, calls: calls)
        self.calls = calls
        self.limits = limits
        self.interval = interval
        self.logger = logger
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Delivers what is due until the broker shuts down. A delivery that the shutdown cuts short is made again later.
    package func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    repeat { self.bell.yield() } while (try? await Task.sleep(for: self.interval)) != nil
                }
                for await _ in self.rings {
                    for notice in await self.takeDue() {
                        group.addTask {
                            await self.deliver(notice)
                            self.bell.yield()
                        }
                    }
                }
            }
        }
    }

    /// Makes every delivery that is due now, once.
    package func deliverDue() async {
        while true {
            let notices = await takeDue()
            guard !notices.isEmpty else { return }
            await withDiscardingTaskGroup { group in
                for notice in notices { group.addTask { await self.deliver(notice) } }
            }
        }
    }

    private func takeDue() async -> [LogoutNotice] {
        do {
            let now = environment.clock.now
            guard let due = try await environment.store.nextNoticeDue(), due <= now else { return [] }
            var busy = underWay.withLock(\.self)
            let room = limits.capacity - busy.values.reduce(0, +)
            guard room > 0 else { return [] }
            for host in calls.unavailableHosts { busy[host] = limits.perHost }
            let notices = try await environment.store.claimNotices(
                NoticeClaim(
                    at: now, until: now.addingTimeInterval(Self.lease), limit: room, perHost: limits.perHost,
                    underWay: busy))
            underWay.withLock { underWay in
                for notice in notices { underWay[notice.host, default: 0] += 1 }
            }
            return notices
        } catch is CancellationError {
            return []
        } catch {
            logger.error("Looking for clients to tell of logouts failed", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func deliver(_ notice: LogoutNotice) async {
        defer {
            underWay.withLock { $0[notice.host] = $0[notice.host].flatMap { $0 > 1 ? $0 - 1 : nil } }
        }
        do {
            let outcome = try await messenger.tell(notice)
            // What a shutdown cut short has not failed.
            guard outcome == .delivered || !Task.isCancelled else { return }
            try await settle(notice, outcome)
        } catch is CancellationError {
            return
        } catch {
            // The lease runs out, and the notice is due again.
            logger.error(
                "Telling a client of a logout failed",
                metadata: ["oauth.client_id": "\(notice.clientID)", "error": "\(error)"])
        }
    }

    private func settle(_ notice: LogoutNotice, _ outcome: LogoutMessenger.Outcome) async throws {
        let client = Logger.MetadataValue.string("\(notice.clientID)")
        switch outcome {
        case .notWanted: _ = try await environment.store.settle(notice, events: [])
        case .delivered:
            if try await environment.store.settle(notice, events: [event(.logoutDelivered, notice, reason: nil)]) {
                logger.info("A client was told of a logout", metadata: ["oauth.client_id": client])
            }
        case .failed(let reason, let cause):
            let now = environment.clock.now
            let due = LogoutSchedule.next(after: notice, at: now, spread: environment.random.fraction())
            logger.warning(
                "A client did not take notice of a logout",
                metadata: [
                    "oauth.client_id": client, "attempt": "\(notice.attempt)", "cause": "\(cause)",
                    "again": due == nil ? "no" : "yes",
                ])
            if let due {
                _ = try await environment.store.postpone(notice, until: due)
            } else {
                let event = event(.logoutAbandoned, notice, reason: reason.rawValue)
                _ = try await environment.store.settle(notice, events: [event])
            }
        }
    }

    private func event(_ kind: AuditEvent.Kind, _ notice: LogoutNotice, reason: String?) -> AuditEvent {
        AuditEvent(
            kind, at: environment.clock.now, ray: notice.ray, account: notice.accountID, client: notice.clientID,
            reason: reason)
    }
}

extension RandomSource {
    /// At least 0 and less than 1.
    fileprivate func fraction() -> Double {
        let word = bytes(Bits128.self).bytes.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Double(word) / 4_294_967_296
    }
}
