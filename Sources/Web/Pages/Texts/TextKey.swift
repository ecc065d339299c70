/// A text that Swift code asks for; the templates' own (`{{t.login.password}}`) are found by reading the templates.
enum TextKey: Hashable {
    case fixed(FixedText)
    case error(ErrorPage.Kind, ErrorText)
    case scope(StandardScope, ScopeText)
    case wait(WaitingTime.Unit, PluralCategory)

    /// The member's path in a file of `locales/`.
    var path: String {
        switch self {
        case .fixed(let text): text.rawValue
        case .error(let kind, let part): "error.\(kind.rawValue).\(part.rawValue)"
        case .scope(let scope, let part): "scope.\(scope.rawValue).\(part.rawValue)"
        case .wait(let unit, let category): "wait.\(unit.rawValue).\(category.rawValue)"
        }
    }

    /// Every key, so that a locale file can be checked before anybody needs it.
    static var all: [TextKey] {
        FixedText.allCases.map(TextKey.fixed)
            + ErrorPage.Kind.allCases.flatMap { kind in ErrorText.allCases.map { .error(kind, $0) } }
            + StandardScope.allCases.flatMap { scope in ScopeText.allCases.map { .scope(scope, $0) } }
            + WaitingTime.Unit.allCases.flatMap { unit in PluralCategory.allCases.map { .wait(unit, $0) } }
    }
}

/// Texts with a place of their own.
enum FixedText: String, CaseIterable {
    case languageName = "language"
    case loginTitle = "login.title"
    case loginErrorTitle = "login.error_title"
    case loginHeading = "login.heading"
    case loginContinueWith = "login.continue_with"
    case loginUnavailable = "login.unavailable"
    case wrongCredentialsTitle = "login.wrong_credentials.title"
    case wrongCredentialsRemedy = "login.wrong_credentials.remedy"
    case lockedOutTitle = "login.locked_out.title"
    case lockedOutRemedy = "login.locked_out.remedy"
    case busyTitle = "login.busy.title"
    case busyRemedy = "login.busy.remedy"
    case malformedTitle = "login.malformed.title"
    case malformedRemedy = "login.malformed.remedy"
    case consentTitle = "consent.title"
    case consentHeading = "consent.heading"
    case consentReturn = "consent.return"
    case otherScopeTitle = "consent.other_scope.title"
    case otherScopeExplanation = "consent.other_scope.explanation"
    case claimTitle = "consent.claim.title"
    case claimExplanation = "consent.claim.explanation"
    case verificationTitle = "verification.title"
    case verificationHeading = "verification.heading"
    case verificationVerifyAt = "verification.verify_at"
    case verificationReturn = "verification.return"
    case deviceTitle = "device.title"
    case deviceErrorTitle = "device.error_title"
    case deviceUnknownTitle = "device.unknown.title"
    case deviceUnknownRemedy = "device.unknown.remedy"
    case deviceWaitTitle = "device.wait.title"
    case deviceWaitRemedy = "device.wait.remedy"
    case deviceQuestionTitle = "device_question.title"
    case deviceQuestionHeading = "device_question.heading"
    case deviceAllowedTitle = "device_done.allowed.title"
    case deviceAllowedExplanation = "device_done.allowed.explanation"
    case deviceDeniedTitle = "device_done.denied.title"
    case deviceDeniedExplanation = "device_done.denied.explanation"
    case logOutTitle = "log_out.title"
    case logOutAsked = "log_out.asked"
    case signedOutTitle = "signed_out.title"
    case signedOutContinue = "signed_out.continue"
    case signedOutOnward = "signed_out.onward"
    case formPostTitle = "form_post.title"
    case homeTitle = "home.title"
    case accountTitle = "account.title"
    case accountConnect = "account.connect"
    case accountDisconnect = "account.disconnect"
    case linkTitle = "link.title"
    case linkHeading = "link.heading"
    case linkExplanation = "link.explanation"
    case linkLeavesAccount = "link.leaves_account"
}

/// The parts of an error's explanation.
enum ErrorText: String, CaseIterable {
    case title
    case cause
    case remedy
}

/// The parts of a scope's explanation.
enum ScopeText: String, CaseIterable {
    case title
    case explanation
}

/// What a text may leave open, as `{client}`.
enum Placeholder: String, CaseIterable {
    case client
    case provider
    case scope
    case claim
    case site
    case wait
    case count
}
