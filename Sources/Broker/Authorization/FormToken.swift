import OAuth
import Storage

/// What proves that an answer comes from a page shown here, to this person, about this payload.
struct FormToken: Codable, Sendable, Hashable {
    private let account: AccountID
    private let browser: HandleDigest
    private let page: Page

    /// Which page: an answer to one is none to another.
    enum Page: String, Codable, Sendable {
        case consent
        case device
        case verification
    }

    init(_ page: Page, payload: AuthorizationPayload, account: AccountID) {
        self.page = page
        self.account = account
        browser = payload.browser
    }

    /// The form in which it travels; its envelope's context is the payload's id.
    func sealed(for payload: AuthorizationPayload, _ environment: BrokerEnvironment) throws -> Secret {
        try environment.keyRing.sealJSON(
            self, as: .formToken, for: payload.id.rawValue, salt: environment.random.salt()
        ).secret
    }

    /// Refuses any other text than this token, sealed for `payload`.
    func require(in text: Secret, for payload: AuthorizationPayload, _ environment: BrokerEnvironment) throws {
        guard
            let opened = try? environment.keyRing.openJSON(text.reveal(), as: .formToken, into: FormToken.self),
            opened.context == payload.id.rawValue, opened.value == self
        else { throw Refusal.otherBrowser }
    }
}
