package import OAuth

/// What happens now: the flow decides it, the web layer renders it.
package enum NextStep: Sendable {
    /// To the login front end, an absolute URL.
    case goToFrontEnd(String)
    /// To the login page here.
    case goToLogin(payload: String)
    /// To the login at the provider that the client named, past the chooser (DESIGN §8).
    case goToNamedProvider(ProviderID, payload: String)
    /// To an upstream provider, an absolute URL.
    case goToProvider(String)
    /// To the consent page here.
    case goToConsent(payload: String)
    /// To the account page here.
    case goToAccount
    /// To the question whether a login elsewhere shall belong to the account.
    case goToLinkQuestion(proof: String)
    /// To the question whether a device may use the account.
    case goToDeviceQuestion(payload: String)
    /// To the page that says what became of a device.
    case goToDeviceOutcome(DeviceOutcome)
    /// To the page here that says what the person lacks, and where to get it.
    case goToVerification(payload: String)
    /// Back to the client with a code.
    case returnCode(AuthorizationCodeResponse)
    /// Back to the client with an error.
    case returnError(AuthorizationErrorResponse)
}

/// What a person decided about a device; the rest happens there.
package enum DeviceOutcome: Sendable, Hashable {
    case allowed
    case denied
}

/// A step, and what changes in the browser with it.
package struct FlowResult: Sendable {
    package let step: NextStep
    package let cookies: [CookieChange]

    package init(_ step: NextStep, cookies: [CookieChange] = []) {
        self.step = step
        self.cookies = cookies
    }
}

/// A change to the browser's cookies.
package enum CookieChange: Sendable {
    /// Binds this browser's payloads; lives as long as the browser is open.
    case bindBrowser(Secret)
    case beginSession(Secret, persistence: SessionPersistence)
    case endSession
    /// Off to a provider's logout: the sealed value says where to go on from there.
    case departForLogout(Secret)
    case endDeparture
}

/// Whether a session outlives the browser.
package enum SessionPersistence: Sendable, Hashable {
    case untilBrowserCloses
    case seconds(Int)
}

/// Why a person cannot go on. It never leaves the broker: only a page explains it.
package enum Refusal: Error, Sendable, Hashable {
    case malformedRequest
    case unknownClient
    case redirectURINotRegistered
    /// The request took too long, or the payload is not one of ours.
    case requestExpired
    /// The payload was begun in another browser (DESIGN §2).
    case otherBrowser
    case alreadyUsed
    /// `/oauth2/continue` before anybody has logged in.
    case loginNotFinished
    case unknownProvider
    case providerUnavailable(name: String)
    /// The person cancelled at the provider, or it turned them away.
    case providerRefused(name: String)
    /// What the provider sent failed a check.
    case providerUntrusted(name: String)
    /// The provider is a proxy in front of the broker, through which this request did not come as it should.
    case notThroughGateway(name: String)
    case loginNotAllowed
    case accountDisabled
    /// The account page, or what was begun there, without the session it was begun in.
    case notLoggedIn
    /// Too many passwords at once; worth another try in a moment.
    case busy
}
