package import Logging
package import OAuth
import ServiceLifecycle
package import Storage

/// Seals what rests under older master keys anew under the one that seals now, in small batches in the background.
///
/// A row whose envelope has changed since it was read is left to the next pass. So any number of nodes may do this at
/// once, and a crash leaves each row with its old envelope or its new one, both of which open.
package struct Resealer: Service {
    private let store: any SealedStore
    private let keyRing: KeyRing
    private let random: any RandomSource
    private let logger: Logger

    /// Most rows in one transaction, so that nobody waits for it long.
    private static let batch = 200
    /// Between two batches.
    private static let pause = Duration.milliseconds(20)
    /// Seconds between two passes while there is something left to do, or might be: a process that learnt of the key late
    /// writes under the old one for a moment.
    private static let shortWait = 30
    private static let longWait = 600

    package init(store: any SealedStore, keyRing: KeyRing, random: any RandomSource, logger: Logger) {
        self.store = store
        self.keyRing = keyRing
        self.random = random
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            var (sealing, wait) = ("", 0)
            while !Task.isCancelled {
                let keys = keyRing.keyIDs
                if let first = keys.first, keys.count > 1, first != sealing || wait <= 0 {
                    let outcome = await attend()
                    wait = first == sealing && outcome.resealed == 0 ? Self.longWait : Self.shortWait
                    sealing = first
                }
                try? await Task.sleep(for: .seconds(1))
                wait -= 1
            }
        }
    }

    /// What a pass over everything came to, in rows.
    package struct Outcome: Hashable, Sendable {
        package var resealed = 0
        /// Under a master key that is not here, or damaged.
        package var unopened: [SealedPlace: Int] = [:]
    }

    private func attend() async -> Outcome {
        do {
            let outcome = try await pass()
            if outcome.resealed > 0 {
                logger.notice("Sealed anew under the newest master key", metadata: ["rows": "\(outcome.resealed)"])
            }
            for (place, count) in outcome.unopened {
                logger.warning(
                    "No master key opens some of what rests sealed",
                    metadata: ["place": "\(place.rawValue)", "rows": "\(count)"])
            }
            return outcome
        } catch is CancellationError {
            return Outcome()
        } catch {
            logger.error("Sealing anew failed", metadata: ["error": "\(error)"])
            return Outcome()
        }
    }

    /// Goes once through everything that rests sealed.
    package func pass() async throws -> Outcome {
        var outcome = Outcome()
        guard let newest = keyRing.keyIDs.first else { return outcome }
        let prefixes = SealedEnvelope.prefixes(ofKey: newest)
        for place in SealedPlace.allCases {
            var last: [[UInt8]]?
            while true {
                let rows = try await store.envelopes(
                    at: place, after: last, beginningWithNoneOf: prefixes, limit: Self.batch)
                guard let end = rows.last else { break }
                let replacements = rows.compactMap { row in reseal(row, at: place, &outcome) }
                outcome.resealed += try await store.replaceEnvelopes(at: place, replacements)
                last = end.key
                guard rows.count == Self.batch else { break }
                try await Task.sleep(for: Self.pause)
            }
        }
        return outcome
    }

    private func reseal(_ row: SealedRow, at place: SealedPlace, _ outcome: inout Outcome) -> EnvelopeReplacement? {
        do {
            return try keyRing.reseal(row.envelope, as: place.purpose, salt: random.salt())
                .map { EnvelopeReplacement(of: row, by: $0.text) }
        } catch {
            outcome.unopened[place, default: 0] += 1
            return nil
        }
    }
}

extension SealedPlace {
    /// What the envelopes there were sealed as.
    package var purpose: SealingPurpose {
        switch self {
        case .signingKeys: .signingKey
        case .trailSeal: .trailSeal
        case .lastingSecrets: .pairwiseSecret
        case .clientKeys: .clientKey
        case .vaultTokens, .vaultRefreshTokens: .vault
        case .sessions: .upstreamIDToken
        case .requests: .payload
        case .logins, .codes, .devices: .stagedLogin
        case .successors: .refreshSuccessor
        }
    }
}
