import FoundationEssentials
import OAuth
import Synchronization

/// A provider's keys; a token that names one which is not among them makes the cache ask once more.
final class KeyCache: Sendable {
    /// Longest JWKS document, in bytes.
    static let maximumLength = 256 * 1024

    private struct Choice: Hashable {
        let kid: String?
        let algorithm: UpstreamAlgorithm
    }

    /// Keys of one edition, read once.
    private struct Prepared {
        var edition = 0
        var keys: [Choice: VerificationKey] = [:]
    }

    private let published: FreshValue<PublishedKeys>
    private let prepared = Mutex(Prepared())

    init(_ published: FreshValue<PublishedKeys>) {
        self.published = published
    }

    /// The key that can have signed a token with `header`, for an algorithm among `allowed`.
    func key(
        for header: CompactJWS.Header, among allowed: Set<UpstreamAlgorithm>, at now: Date
    ) async throws(ConnectorError) -> VerificationKey {
        // Names are compared exactly: `none`, `nOnE` and HMAC end here, before any key is chosen (RFC 8725 §3.1).
        guard let algorithm = UpstreamAlgorithm(rawValue: header.alg), allowed.contains(algorithm) else {
            throw .untrusted(.algorithmNotAllowed)
        }
        let choice = Choice(kid: header.kid, algorithm: algorithm)
        let edition = try await published.current(at: now)
        if let key = await lookUp(choice, in: edition) { return key }
        let newer = try await published.newer(than: edition, at: now)
        if newer.number > edition.number, let key = await lookUp(choice, in: newer) { return key }
        throw .untrusted(.unknownKey)
    }

    private func lookUp(_ choice: Choice, in edition: FreshValue<PublishedKeys>.Edition) async -> VerificationKey? {
        let known = prepared.withLock { $0.edition == edition.number ? $0.keys[choice] : nil }
        if let known { return known }
        guard let candidate = edition.value.key(for: choice.kid, choice.algorithm),
            let key = await VerificationKey(candidate, choice.algorithm)
        else { return nil }
        prepared.withLock { prepared in
            guard edition.number >= prepared.edition else { return }
            if edition.number > prepared.edition { prepared = Prepared(edition: edition.number) }
            prepared.keys[choice] = key
        }
        return key
    }
}
