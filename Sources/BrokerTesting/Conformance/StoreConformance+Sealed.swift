import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// A store with one envelope at every place, and what it is.
    private func furnishedStore() async throws -> (any Store, [SealedPlace: String]) {
        let store = try await inhabitedStore()
        var encrypted = try Client.transport
        encrypted.upstreamTokenEncryption = UpstreamTokenEncryption(keyID: nil, sealedKey: "client-key-of-transport")
        try await store.replace(encrypted, event: .sample(.clientChanged))
        let person = SamplePerson.anna
        let entry = VaultEntry(
            accountID: person.accountID, provider: Fixtures.pool, subject: person.subject(at: Fixtures.pool),
            sealedTokens: "vault-tokens-of-anna", sealedRefreshToken: "refresh-token-of-anna", leader: .broker,
            keptAt: Fixtures.noon)
        try await store.keep(entry)
        _ = try await store.insertFirst(.sample("one"), event: .sample(.keyCreated))
        _ = try await store.replaceSeal(nil, by: "seal-of-trail", events: [])
        _ = try await store.keepLastingSecret("pairwise-secret", as: .pairwise)
        try await store.begin(.sample("session"), replacing: nil, events: [])
        _ = try await store.keepRequest("request-kept", as: Fixtures.digest("kept"), until: Fixtures.noon(plus: 60))
        let staged = StagedLogin.sample("staged")
        _ = try await store.stage(staged, for: staged.payloadID, events: [])
        let waiting = IssuedCode.sample("waiting")
        _ = try await store.issue(waiting, consuming: .nothing, consent: nil, at: Fixtures.noon, events: [])
        let grant = try await store.grant(.sample("redeemed"))
        _ = try await store.rotate(grant.id, from: 0, successor: "successor-of-it")
        let device = DeviceRequest.sample("let-in")
        _ = try await store.keepWaiting(device)
        _ = try await store.decide(.allow(.sample()), about: device)
        return (
            store,
            [
                .signingKeys: "sealed-key-of-one", .trailSeal: "seal-of-trail",
                .lastingSecrets: "pairwise-secret",
                .clientKeys: "client-key-of-transport", .vaultTokens: entry.sealedTokens,
                .vaultRefreshTokens: "refresh-token-of-anna",
                .sessions: "sealed-id-token-of-session", .requests: "request-kept",
                .logins: try #require(staged.sealedTokens),
                .codes: try #require(waiting.sealedTokens), .successors: "successor-of-it",
                .devices: try #require(DeviceApproval.sample().sealedTokens),
            ]
        )
    }

    /// Every envelope at rest is found, and replaced only where it still stands.
    package func envelopesAreReplaced() async throws {
        let (store, expected) = try await furnishedStore()
        #expect(Set(expected.keys) == Set(SealedPlace.allCases))
        for (place, envelope) in expected {
            let prefix = String(envelope.prefix(7))
            #expect(try await store.countEnvelopes(at: place, byFirst: 7) == [prefix: 1], "\(place)")
            let rows = try await store.envelopes(
                at: place, after: nil, beginningWithNoneOf: ["another", "further"], limit: 10)
            let row = try #require(rows.first)
            #expect(rows.map(\.envelope) == [envelope], "\(place)")
            #expect(
                try await store.envelopes(
                    at: place, after: nil, beginningWithNoneOf: ["another", prefix], limit: 10
                ).isEmpty)
            #expect(
                try await store.envelopes(
                    at: place, after: row.key, beginningWithNoneOf: ["another"], limit: 10
                ).isEmpty)
            let replacement = EnvelopeReplacement(of: row, by: "another-envelope")
            #expect(try await store.replaceEnvelopes(at: place, [replacement]) == 1, "\(place)")
            #expect(try await store.replaceEnvelopes(at: place, [replacement]) == 0, "\(place)")
            #expect(try await store.countEnvelopes(at: place, byFirst: 7) == ["another": 1], "\(place)")
        }
    }

    /// Rows come in the order of their keys, a few at a time, and each one once.
    package func envelopesComeInBatches() async throws {
        let store = try await emptyStore()
        for number in 0..<25 {
            _ = try await store.keepRequest(
                "request-\(number)", as: Fixtures.digest("\(number)"), until: Fixtures.noon(plus: 60))
        }
        var seen: [String] = []
        var last: [[UInt8]]?
        while true {
            let rows = try await store.envelopes(
                at: .requests, after: last, beginningWithNoneOf: ["another"], limit: 10)
            guard let end = rows.last else { break }
            #expect(rows.count <= 10)
            seen += rows.map(\.envelope)
            last = end.key
        }
        #expect(seen.count == 25)
        #expect(Set(seen).count == 25)
    }

    /// A grant counts by when its newest refresh token was made, for as long as it lives.
    package func grantsAreCountedByTheirNewestToken() async throws {
        let store = try await inhabitedStore()
        let now = Fixtures.noon
        #expect(try await store.grantsRefreshed(before: Fixtures.noon(plus: 999), at: now) == (0, nil))
        let grant = try await store.grant(.sample("one"))
        #expect(try await store.grantsRefreshed(before: grant.createdAt, at: now) == (0, nil))
        let later = grant.createdAt.addingTimeInterval(1)
        #expect(try await store.grantsRefreshed(before: later, at: now) == (1, grant.expiresAt))
        #expect(try await store.grantsRefreshed(before: later, at: grant.expiresAt) == (0, nil))
        _ = try await store.rotate(
            grant.id, from: 0, sealedSuccessor: "successor", at: Fixtures.noon(plus: 50), grace: 30,
            until: grant.expiresAt, events: { _ in [] })
        #expect(try await store.grantsRefreshed(before: Fixtures.noon(plus: 50), at: now) == (0, nil))
        #expect(try await store.grantsRefreshed(before: Fixtures.noon(plus: 51), at: now) == (1, grant.expiresAt))
    }
}
