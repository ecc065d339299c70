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
        var keys: [Choice: [VerificationKey]] = [:]
    }

    /// The keys that can have signed a token, and the edition of the document they are from.
    struct Candidates: Sendable {
        let keys: [VerificationKey]
        fileprivate let edition: FreshValue<PublishedKeys>.Edition
    }

    private let published: FreshValue<PublishedKeys>
    private let prepared = Mutex(Prepared())

    init(_ published: FreshValue<PublishedKeys>) {
        self.published = published
    }

    /// Fetches the keys unless they are there.
    func prepare(at now: Date) async throws(ConnectorError) {
        _ = try await published.current(at: now)
    }

    /// The keys that can have signed a token with `header`, for an algorithm among `allowed`; at least one.
    func candidates(
        for header: CompactJWS.Header, among allowed: Set<UpstreamAlgorithm>, at now: Date
    ) async throws(ConnectorError) -> Candidates {
        // Names are compared exactly: `none`, `nOnE` and HMAC end here, before any key is chosen (RFC 8725 §3.1).
        guard let algorithm = UpstreamAlgorithm(rawValue: header.alg), allowed.contains(algorithm) else {
            throw .untrusted(.algorithmNotAllowed)
        }
        let choice = Choice(kid: header.kid, algorithm: algorithm)
        let edition = try await published.current(at: now)
        let keys = await lookUp(choice, in: edition)
        if !keys.isEmpty { return Candidates(keys: keys, edition: edition) }
        guard let newer = try await newer(than: edition, choice, at: now) else { throw .untrusted(.unknownKey) }
        return newer
    }

    /// Other keys than `candidates`, none of which signed a token with `header` that does not say which did: where there
    /// is no `kid`, a rotation shows in nothing else. Nil if nothing newer is to be had.
    func candidates(
        after candidates: Candidates, for header: CompactJWS.Header, at now: Date
    ) async throws(ConnectorError) -> Candidates? {
        guard header.kid == nil, let algorithm = candidates.keys.first?.algorithm else { return nil }
        return try await newer(than: candidates.edition, Choice(kid: nil, algorithm: algorithm), at: now)
    }

    private func newer(
        than edition: FreshValue<PublishedKeys>.Edition, _ choice: Choice, at now: Date
    ) async throws(ConnectorError) -> Candidates? {
        let newer = try await published.newer(than: edition, at: now)
        guard newer.number > edition.number else { return nil }
        let keys = await lookUp(choice, in: newer)
        return keys.isEmpty ? nil : Candidates(keys: keys, edition: newer)
    }

    private func lookUp(_ choice: Choice, in edition: FreshValue<PublishedKeys>.Edition) async -> [VerificationKey] {
        let known = prepared.withLock { $0.edition == edition.number ? $0.keys[choice] : nil }
        if let known { return known }
        var keys: [VerificationKey] = []
        for candidate in edition.value.keys(for: choice.kid, choice.algorithm) {
            if let key = await VerificationKey(candidate, choice.algorithm) { keys.append(key) }
        }
        // Names that tokens make up must not fill the memory.
        guard !keys.isEmpty else { return [] }
        prepared.withLock { prepared in
            guard edition.number >= prepared.edition else { return }
            if edition.number > prepared.edition { prepared = Prepared(edition: edition.number) }
            prepared.keys[choice] = keys
        }
        return keys
    }
}
