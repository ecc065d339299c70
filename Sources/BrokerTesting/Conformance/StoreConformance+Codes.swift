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
        #expect(try await store.issue(code, consuming: nil, consent: nil, at: Fixtures.noon, events: []))
        guard case .granted(let grant, let redeemed) = try await store.redeem(code) else {
            Issue.record("The first redemption was not granted.")
            return
        }
        #expect(redeemed == code)
        #expect(grant == code.grant())
        #expect(try await store.grant(code.grantID) == grant)
        guard case .replayed(let replayed) = try await store.redeem(code, at: Fixtures.noon(plus: 1)) else {
            Issue.record("The second redemption was not seen as a replay.")
            return
        }
        #expect(replayed.sealedTokens == nil, "Redeemed tokens must be gone from the store.")
        #expect(try await store.grant(code.grantID)?.status == .revoked(at: Fixtures.noon(plus: 1)))
    }
}
