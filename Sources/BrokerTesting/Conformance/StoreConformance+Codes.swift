import OAuth
import Storage
import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension StoreConformance {
    /// A code becomes its grant once; whoever comes later has the grant revoked (RFC 6749 §4.1.2, RFC 9700 §2.1.1).
    package func codesAreRedeemedOnce() async throws {
        let store = try await inhabitedStore()
        let code = IssuedCode.sample("first")
        #expect(try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        guard case .granted(let grant, let redeemed, let person) = try await store.redeem(code) else {
            Issue.record("The first redemption was not granted.")
            return
        }
        #expect(redeemed.digest == code.digest)
        #expect(redeemed.redirect == code.redirect)
        #expect(redeemed.challenge == code.challenge)
        #expect(redeemed.nonce == code.nonce)
        #expect(redeemed.login == code.login)
        #expect(redeemed.sealedTokens == code.sealedTokens)
        #expect(redeemed == code)
        #expect(grant == code.grant())
        #expect(person != nil)
        #expect(person == (try await store.person(provider: code.login.provider, subject: code.login.subject)))
        #expect(try await store.grant(code.grantID) == grant)

        let replayed = try #require(try await store.redeem(code, at: Fixtures.noon(plus: 1)).replayed)
        #expect(replayed.grantID == code.grantID)
        #expect(replayed.sealedTokens == nil, "Redeemed tokens must be gone from the store.")
        #expect(try await store.grant(code.grantID)?.status == .revoked(at: Fixtures.noon(plus: 1)))
        #expect(try await store.redeem(code, at: Fixtures.noon(plus: 2)).replayed != nil)
        #expect(try await store.grant(code.grantID)?.status == .revoked(at: Fixtures.noon(plus: 1)))
        #expect(try await store.redeem(.sample("never issued")).isUnknown)
        await #expect(throws: StoreError.conflict) {
            try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: [])
        }
    }

    /// A code counts until the moment it expires, and a replay is one however late.
    package func codesExpire() async throws {
        let store = try await inhabitedStore()
        let (timely, late) = (IssuedCode.sample("a"), IssuedCode.sample("b"))
        for code in [timely, late] {
            #expect(try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        }
        #expect(try await store.redeem(late, at: Fixtures.noon(plus: 60)).expired?.grantID == late.grantID)
        #expect(try await store.grant(late.grantID) == nil)
        #expect(try await store.redeem(timely, at: Fixtures.noon(plus: 59.999)).granted != nil)
        #expect(try await store.redeem(timely, at: Fixtures.noon(plus: 61)).replayed != nil)
        #expect(try await store.grant(timely.grantID)?.isLive(at: Fixtures.noon(plus: 61)) == false)
    }

    /// A refusal burns the code (RFC 6749 §4.1.3), and the events recorded are those of the outcome.
    package func refusedCodesAreBurnt() async throws {
        let store = try await inhabitedStore()
        let code = IssuedCode.sample("a")
        #expect(try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        let refusal = OAuthError(.invalidGrant, "The verifier does not match.")
        let outcome = try await store.redeem(
            code.digest, at: Fixtures.noon, limit: nil, judge: { _ in .failure(refusal) }, events: Self.event(of:))
        #expect(outcome.refused == refusal)
        let second = try await store.redeem(
            code.digest, at: Fixtures.noon, limit: nil, judge: { .success($0.grant()) }, events: Self.event(of:))
        #expect(second.replayed?.sealedTokens == nil)
        #expect(second.replayed != nil)
        #expect(try await store.grant(code.grantID) == nil)
        #expect(
            try await store.events(matching: AuditFilter(client: code.clientID)).map(\.kind).suffix(2)
                == [.tokenRefused, .codeReplayed])
    }

    /// A code is not redeemed for a grant other than the one it names, for a replay would not find that one.
    package func codesNameTheirGrant() async throws {
        let store = try await inhabitedStore()
        let code = IssuedCode.sample("a")
        #expect(try await store.issue(code, consuming: .nothing, consent: nil, at: Fixtures.noon, events: []))
        await #expect(throws: StoreError.unstorable) {
            try await store.redeem(
                code.digest, at: Fixtures.noon, limit: nil, judge: { _ in .success(IssuedCode.sample("b").grant()) },
                events: { _ in [] })
        }
        #expect(try await store.grant(IssuedCode.sample("b").grantID) == nil)
    }

    private static func event(of redemption: CodeRedemption) -> [AuditEvent] {
        switch redemption {
        case .granted: [.sample(.tokenIssued)]
        case .refused: [.sample(.tokenRefused)]
        case .sessionEnded: [.sample(.sessionEnded)]
        case .replayed: [.sample(.codeReplayed)]
        case .expired, .unknown: []
        }
    }
}
