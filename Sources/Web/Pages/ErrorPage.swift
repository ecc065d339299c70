package import HTTPTypes
package import OAuth

/// What went wrong, in words for the person in front of the browser.
package struct ErrorPage: Page {
    package static let name = PageName.error

    package let problem: Problem
    package let rayID: RayID
    /// Where to begin anew, where that makes sense.
    package let startAgain: PageLink?

    package init(problem: Problem, rayID: RayID, startAgain: PageLink?) {
        self.problem = problem
        self.rayID = rayID
        self.startAgain = startAgain
    }

    package var security: ContentSecurityPolicy { ContentSecurityPolicy(images: [], forms: .none) }

    package func content(in texts: Texts) -> PageContent {
        let kind = problem.kind
        var values: [Placeholder: String] = [:]
        if let provider = problem.provider { values[.provider] = provider.text }
        return PageContent(
            title: texts.text(.error(kind, .title), values),
            values: [
                "heading": texts.phrase(.error(kind, .title), values),
                "cause": texts.phrase(.error(kind, .cause), values),
                "remedy": texts.phrase(.error(kind, .remedy), values),
                "wait": .optional(problem.retryAfter.map(texts.wait)),
                "ray_id": .text(rayID.description),
                "start_again": .optional(startAgain?.reference),
            ])
    }
}

extension ErrorPage {
    /// What went wrong.
    package enum Problem: Hashable, Sendable {
        case unknownClient
        case redirectURINotRegistered
        case malformedRequest
        case requestExpired
        /// The browser-binding cookie is missing or another's.
        case openedInAnotherBrowser
        case alreadyUsed
        case providerUnavailable(DisplayName)
        /// The person cancelled at the provider, or the provider said no.
        case providerRefused(DisplayName)
        /// What the provider sent failed a check.
        case providerUntrusted(DisplayName)
        /// The provider is a gateway in front of the broker, and the request did not come through it.
        case notThroughGateway(DisplayName)
        /// Policy: this account, provider or domain may not log in to this client.
        case loginNotAllowed
        case accountDisabled
        /// What was begun on the account page, without the session it was begun in.
        case notLoggedIn
        case tooManyRequests(WaitingTime?)
        case payloadTooLarge
        case notFound
        case methodNotAllowed
        case internalError
        case serviceBusy(WaitingTime?)

        /// The status that goes with it.
        package var status: HTTPResponse.Status {
            switch self {
            case .unknownClient, .redirectURINotRegistered, .malformedRequest, .requestExpired,
                .openedInAnotherBrowser, .alreadyUsed:
                .badRequest
            case .providerRefused, .providerUntrusted, .notThroughGateway, .loginNotAllowed, .accountDisabled,
                .notLoggedIn:
                .forbidden
            case .providerUnavailable, .serviceBusy: .serviceUnavailable
            case .tooManyRequests: .tooManyRequests
            case .payloadTooLarge: .contentTooLarge
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .internalError: .internalServerError
            }
        }

        /// How long to wait, where that is known; also the `Retry-After` of the answer.
        package var retryAfter: WaitingTime? {
            switch self {
            case .tooManyRequests(let time), .serviceBusy(let time): time
            case .unknownClient, .redirectURINotRegistered, .malformedRequest, .requestExpired,
                .openedInAnotherBrowser, .alreadyUsed, .providerUnavailable, .providerRefused, .providerUntrusted,
                .notThroughGateway,
                .loginNotAllowed, .accountDisabled, .notLoggedIn, .payloadTooLarge, .notFound, .methodNotAllowed,
                .internalError:
                nil
            }
        }

        var provider: DisplayName? {
            switch self {
            case .providerUnavailable(let name), .providerRefused(let name), .providerUntrusted(let name),
                .notThroughGateway(let name):
                name
            case .unknownClient, .redirectURINotRegistered, .malformedRequest, .requestExpired,
                .openedInAnotherBrowser, .alreadyUsed, .loginNotAllowed, .accountDisabled, .notLoggedIn,
                .tooManyRequests,
                .payloadTooLarge, .notFound, .methodNotAllowed, .internalError, .serviceBusy:
                nil
            }
        }

        var kind: Kind {
            switch self {
            case .unknownClient: .unknownClient
            case .redirectURINotRegistered: .redirectURINotRegistered
            case .malformedRequest: .malformedRequest
            case .requestExpired: .requestExpired
            case .openedInAnotherBrowser: .openedInAnotherBrowser
            case .alreadyUsed: .alreadyUsed
            case .providerUnavailable: .providerUnavailable
            case .providerRefused: .providerRefused
            case .providerUntrusted: .providerUntrusted
            case .notThroughGateway: .notThroughGateway
            case .loginNotAllowed: .loginNotAllowed
            case .accountDisabled: .accountDisabled
            case .notLoggedIn: .notLoggedIn
            case .tooManyRequests: .tooManyRequests
            case .payloadTooLarge: .payloadTooLarge
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .internalError: .internalError
            case .serviceBusy: .serviceBusy
            }
        }
    }

    /// A problem without its particulars: the name of its texts.
    enum Kind: String, CaseIterable {
        case unknownClient = "unknown_client"
        case redirectURINotRegistered = "redirect_uri_not_registered"
        case malformedRequest = "malformed_request"
        case requestExpired = "request_expired"
        case openedInAnotherBrowser = "opened_in_another_browser"
        case alreadyUsed = "already_used"
        case providerUnavailable = "provider_unavailable"
        case providerRefused = "provider_refused"
        case providerUntrusted = "provider_untrusted"
        case notThroughGateway = "not_through_gateway"
        case loginNotAllowed = "login_not_allowed"
        case accountDisabled = "account_disabled"
        case notLoggedIn = "not_logged_in"
        case tooManyRequests = "too_many_requests"
        case payloadTooLarge = "payload_too_large"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case internalError = "internal_error"
        case serviceBusy = "service_busy"
    }
}
