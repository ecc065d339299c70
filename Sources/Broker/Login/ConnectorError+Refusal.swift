import Connectors
import Logging

extension ConnectorError {
    /// What the person is told.
    func refusal(at provider: String) -> Refusal {
        switch self {
        case .unavailable, .misbehaved: .providerUnavailable(name: provider)
        case .refused, .grantEnded: .providerRefused(name: provider)
        case .notAdmitted: .loginNotAllowed
        case .untrusted: .providerUntrusted(name: provider)
        }
    }

    /// What the operator is told; it never holds a token.
    var logCause: String {
        switch self {
        case .unavailable(let cause), .misbehaved(let cause): cause
        case .refused(let code): code
        case .notAdmitted(let reason): reason
        case .grantEnded: "invalid_grant"
        case .untrusted(let flaw): flaw.rawValue
        }
    }

    /// A person who cancels is no fault of anybody's, and a request without an answer has been warned of where it was made.
    var logLevel: Logger.Level {
        switch self {
        case .refused: .debug
        case .notAdmitted, .grantEnded, .unavailable: .info
        case .untrusted, .misbehaved: .warning
        }
    }

    /// Whether the same may come out well another time, because nothing was found out.
    var mayPass: Bool {
        switch self {
        case .unavailable, .misbehaved: true
        case .refused, .notAdmitted, .grantEnded, .untrusted: false
        }
    }

    /// Whether the provider really signed what was refused.
    var isAboutSignedToken: Bool {
        switch self {
        case .untrusted(.malformed), .untrusted(.algorithmNotAllowed), .untrusted(.unknownKey),
            .untrusted(.signature), .unavailable, .refused, .grantEnded, .misbehaved:
            false
        case .notAdmitted: true
        case .untrusted: true
        }
    }

    /// A constant word for the trail.
    var auditReason: String {
        switch self {
        case .unavailable: "provider_unavailable"
        case .refused: "provider_refused"
        case .notAdmitted: LoginPolicy.Denial.notAdmitted.rawValue
        case .grantEnded: "provider_grant_ended"
        case .untrusted(let flaw): "untrusted_" + flaw.rawValue
        case .misbehaved: "provider_misbehaved"
        }
    }
}
