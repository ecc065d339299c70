import Broker
import HTTPTypes
import Hummingbird
import OAuth

extension Refusal {
    /// How a person is told.
    var problem: ErrorPage.Problem {
        switch self {
        case .malformedRequest: .malformedRequest
        case .unknownClient: .unknownClient
        case .redirectURINotRegistered: .redirectURINotRegistered
        case .requestExpired, .loginNotFinished: .requestExpired
        case .otherBrowser: .openedInAnotherBrowser
        case .alreadyUsed: .alreadyUsed
        case .unknownProvider: .notFound
        case .providerUnavailable(let name): .providerUnavailable(DisplayName(name))
        case .providerRefused(let name): .providerRefused(DisplayName(name))
        case .providerUntrusted(let name): .providerUntrusted(DisplayName(name))
        case .notThroughGateway(let name): .notThroughGateway(DisplayName(name))
        case .loginNotAllowed: .loginNotAllowed
        case .accountDisabled: .accountDisabled
        case .notLoggedIn: .notLoggedIn
        case .busy: .serviceBusy(nil)
        }
    }

    /// How a program is told.
    var error: OAuthError {
        switch self {
        case .malformedRequest: OAuthError(.invalidRequest, "The request is malformed.")
        case .unknownClient: OAuthError(.invalidRequest, "The client is not registered here.")
        case .redirectURINotRegistered:
            OAuthError(.invalidRequest, "The redirect URI is not registered for this client.")
        case .requestExpired: OAuthError(.invalidRequest, "The payload is not valid or has expired.")
        case .loginNotFinished: OAuthError(.invalidRequest, "Nobody has logged in for this payload yet.")
        case .otherBrowser: OAuthError(.accessDenied, "The request was begun in another browser.")
        case .alreadyUsed: OAuthError(.invalidRequest, "The payload was used already.")
        case .unknownProvider: OAuthError(.invalidRequest, "There is no such provider for this client.")
        case .providerUnavailable: OAuthError(.temporarilyUnavailable, "The provider cannot be reached.")
        case .providerRefused: OAuthError(.accessDenied, "The provider did not log the person in.")
        case .providerUntrusted: OAuthError(.accessDenied, "The provider's answer failed a check.")
        case .notThroughGateway:
            OAuthError(.accessDenied, "The request did not come through the provider's gateway.")
        case .loginNotAllowed: OAuthError(.accessDenied, "This person may not log in to this client.")
        case .accountDisabled: OAuthError(.accessDenied, "The account is disabled.")
        case .notLoggedIn: OAuthError(.accessDenied, "The session this was begun in has ended.")
        case .busy: OAuthError(.temporarilyUnavailable, "Too many passwords are being checked at once.")
        }
    }
}
