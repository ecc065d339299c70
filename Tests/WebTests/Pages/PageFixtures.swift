import OAuth
import Testing
import Web

/// One page as a test may see it: rendered, whatever its kind.
struct PageExample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let render: @Sendable (PageTemplates, PageFrame) -> RenderedPage

    init<P: Page>(_ description: String, _ page: P) {
        testDescription = description
        render = { $0.render(page, in: $1) }
    }

    /// Every page in every state it can be in.
    static var all: [PageExample] {
        logins + consents + verifications + devices + accounts + errors + [
            PageExample(
                "log out, asked by a client",
                LogOutPage(
                    person: DisplayName("Zuzana Kováčová"), client: transport.name,
                    confirmation: PageLink(path: "/oauth2/logout", query: [("csrf", "sealed")]))),
            PageExample(
                "log out", LogOutPage(person: nil, client: nil, confirmation: PageLink(path: "/oauth2/logout"))),
            PageExample("signed out", SignedOutPage(continuation: nil)),
            PageExample(
                "signed out, with a way back",
                SignedOutPage(continuation: .init(.client(transport.name), link: PageLink(path: "/")))),
            PageExample(
                "signed out, telling clients",
                SignedOutPage(
                    continuation: .init(
                        .provider(DisplayName("GitHub")), link: PageLink(leavingFor: "https://transport.example/bye")),
                    frames: ["https://transport.city.example/out?sid=1&iss=2", "https://parking.city.example/out"]
                        .compactMap(SignedOutPage.Frame.init(address:)))),
            PageExample(
                "an answer by form",
                FormPostPage(
                    AuthorizationCodeResponse(
                        redirect: RegisteredRedirect(stored: "https://transport.example/callback?a=1"),
                        mode: .formPost, state: "\"><script>", code: Secret("c0de")),
                    issuer: "https://login.city.example")),
            PageExample("home", HomePage()),
        ]
    }

    static let transport = ClientCard(
        name: DisplayName("Transport"),
        logo: ClientLogo(address: "https://static.transport.example/logo.svg"),
        returnsTo: RedirectTarget(redirectURI: "https://transport.example/callback"))

    static func provider(_ name: String, _ availability: LoginPage.ProviderChoice.Availability)
        -> LoginPage.ProviderChoice
    {
        LoginPage.ProviderChoice(
            id: ProviderID(rawValue: name.lowercased()), name: DisplayName(name), availability: availability)
    }

    static func form(_ problem: LoginPage.LocalForm.Problem?, username: String = "zuzana") -> LoginPage.LocalForm {
        LoginPage.LocalForm(
            action: PageLink(path: "/login/local"), hidden: [HiddenField(name: "payload", value: "sealed")],
            username: username, problem: problem)
    }

    private static var logins: [PageExample] {
        let providers = [
            provider("Google", .available(PageLink(path: "/login/google", query: [("payload", "sealed")]))),
            provider("GitHub", .unavailable),
        ]
        let problems: [LoginPage.LocalForm.Problem?] = [
            nil, .wrongCredentials, .lockedOut(WaitingTime(seconds: 30)), .busy, .malformed,
        ]
        return problems.map { problem in
            PageExample(
                "login, \(problem.map { "\($0)" } ?? "no problem")",
                LoginPage(client: transport, providers: providers, localForm: form(problem)))
        } + [
            PageExample("login without a form", LoginPage(client: transport, providers: providers, localForm: nil)),
            PageExample(
                "login without providers", LoginPage(client: transport, providers: [], localForm: form(nil))),
            PageExample("login without any way", LoginPage(client: transport, providers: [], localForm: nil)),
        ]
    }

    private static var consents: [PageExample] {
        [PageLink(path: "/login"), nil].map { otherAccount in
            PageExample(
                "consent",
                consent(
                    scope: "openid profile email phone address groups offline_access tickets.buy",
                    otherAccount: otherAccount))
        }
    }

    private static var accounts: [PageExample] {
        let way = AccountPage.Way(
            provider: DisplayName("Google"), person: DisplayName("zuzana@mail.example"),
            removal: .form(
                action: PageLink(path: "/account/unlink"), hidden: [HiddenField(name: "token", value: "sealed")]))
        let password = AccountPage.Way(
            provider: DisplayName("City account"), person: DisplayName("zuzana"), removal: .ownPassword)
        let last = AccountPage.Way(provider: DisplayName("GitHub"), person: DisplayName("zuzana"), removal: .lastOne)
        let connection = AccountPage.Connection(
            provider: DisplayName("GitHub"), link: PageLink(path: "/account/link/github", query: [("token", "sealed")]))
        let pages = [([password, way], [connection]), ([last], [])].map { ways, connections in
            AccountPage(
                person: DisplayName("Zuzana Kováčová"), email: DisplayName("zuzana@city.example"), ways: ways,
                connections: connections, signOut: PageLink(path: "/oauth2/logout"),
                signOutEverywhere: AccountPage.PostForm(
                    action: PageLink(path: "/account/sign-out"),
                    hidden: [HiddenField(name: "token", value: "sealed")]))
        }
        let questions = [LinkPage.Consequence.nothingElse, .leavesItsAccount].map { consequence in
            LinkPage(
                provider: DisplayName("Google"), person: DisplayName("Zuzana Kováčová"),
                email: DisplayName("zuzana@mail.example"), consequence: consequence,
                action: PageLink(path: "/account/link"), hidden: [HiddenField(name: "proof", value: "sealed")])
        }
        return pages.map { PageExample("account", $0) } + questions.map { PageExample("link", $0) }
    }

    static func consent(scope: String, otherAccount: PageLink? = nil) -> ConsentPage {
        ConsentPage(
            client: transport, scopes: scope.split(separator: " ").map { ScopeEntry(name: String($0)) },
            claims: ["birthdate", "shoe_size"], account: DisplayName("Zuzana Kováčová"),
            action: PageLink(path: "/consent"),
            hidden: [HiddenField(name: "payload", value: "sealed")], otherAccount: otherAccount)
    }

    private static var verifications: [PageExample] {
        let words = ScopeEntry.Words(title: "See that you have been verified", explanation: "And by whom.")
        let scope = ScopeEntry(name: "identity:verified", words: ["en": words])
        let link = PageLink(web: "https://verify.city.example/start?return_to=https%3A%2F%2Fa.example")
        let destinations: [VerificationPage.Destination?] = [
            link.map { VerificationPage.Destination(link: $0, site: DisplayName("verify.city.example")) }, nil,
        ]
        return destinations.flatMap { destination in
            [VerificationPage.Attempt.first, .again].flatMap { attempt in
                [[VerificationPage.Decision.cancel], [.goWithout, .cancel]].map { decisions in
                    PageExample(
                        "verification, \(attempt), \(decisions)",
                        VerificationPage(
                            client: transport, lacks: [VerificationPage.Lack(scope: scope, page: destination)],
                            account: DisplayName("Zuzana Kováčová"),
                            done: PageLink(path: "/verification/return", query: [("payload", "sealed")]),
                            attempt: attempt, action: PageLink(path: "/verification"),
                            hidden: [HiddenField(name: "payload", value: "sealed")], decisions: decisions))
                }
            }
        }
    }

    private static var devices: [PageExample] {
        let problems: [DevicePage.Problem?] = [nil, .unknown, .wait(WaitingTime(seconds: 30))]
        let forms = problems.map { problem in
            PageExample(
                "device, \(problem.map { "\($0)" } ?? "no problem")",
                DevicePage(
                    typed: "<b>", problem: problem, action: PageLink(path: "/device"),
                    hidden: [HiddenField(name: "csrf", value: "sealed")], leadsTo: nil))
        }
        let questions = [["openid", "email"], []].compactMap { scopes -> PageExample? in
            UserCode(typed: "BCDF-GHJK").map { code in
                PageExample(
                    "device question",
                    DeviceQuestionPage(
                        client: ClientCard(name: transport.name, logo: transport.logo, returnsTo: nil), userCode: code,
                        scopes: scopes.map { ScopeEntry(name: $0) }, account: DisplayName("Zuzana Kováčová"),
                        action: PageLink(path: "/device/confirm"),
                        hidden: [HiddenField(name: "payload", value: "sealed")],
                        otherAccount: PageLink(path: "/login", query: [("payload", "sealed")])))
            }
        }
        return forms + questions
            + DeviceDonePage.Outcome.allCases.map { PageExample("device, \($0)", DeviceDonePage(outcome: $0)) }
    }

    static let problems: [ErrorPage.Problem] = [
        .unknownClient, .redirectURINotRegistered, .malformedRequest, .requestExpired, .openedInAnotherBrowser,
        .alreadyUsed, .providerUnavailable(DisplayName("Google")), .providerRefused(DisplayName("Google")),
        .providerUntrusted(DisplayName("Google")),
        .loginNotAllowed, .accountDisabled, .notLoggedIn, .tooManyRequests(WaitingTime(seconds: 90)),
        .tooManyRequests(nil),
        .payloadTooLarge, .notFound, .methodNotAllowed, .internalError, .serviceBusy(nil),
    ]

    private static var errors: [PageExample] {
        problems.map { problem in
            PageExample(
                "error, \(problem)",
                ErrorPage(problem: problem, rayID: RayID(rawValue: 0x0123_4567_89AB_CDEF), startAgain: nil))
        }
    }
}
