import OAuth
import Storage

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One presentation of a code at the token endpoint: what its judgement, its trail and its answer need.
///
/// An object: while many wait for the store, each holds a reference to it instead of copies in every frame.
final class CodeAttempt: Sendable {
    let client: Client
    let rule: CodeRule
    let limit: GrantLimit?
    let visit: Visit

    init(_ client: Client, _ rule: CodeRule, _ limit: GrantLimit?, _ visit: Visit) {
        self.client = client
        self.rule = rule
        self.limit = limit
        self.visit = visit
    }

    var now: Date { rule.now }

    /// What the trail says of it.
    func trail(of redemption: CodeRedemption) -> [AuditEvent] {
        switch redemption {
        case .granted(_, let code, _): [event(.tokenIssued, code)]
        case .refused(_, let code): [event(.tokenRefused, code, reason: "code_not_bound")]
        case .sessionEnded(let code): [event(.tokenRefused, code, reason: "session_ended")]
        case .replayed(let code): [event(.codeReplayed, code)]
        case .expired(let code): [event(.tokenRefused, code, reason: "code_expired")]
        case .unknown: []
        }
    }

    private func event(_ kind: AuditEvent.Kind, _ code: IssuedCode, reason: String? = nil) -> AuditEvent {
        AuditEvent(
            kind, at: now, ray: visit.ray, account: code.login.accountID, client: client.id,
            provider: code.login.provider, grant: code.grantID, address: visit.address, reason: reason)
    }
}
