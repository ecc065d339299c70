import OAuth

extension LoginPage {
    package static var specimens: [LoginPage] {
        let link = PageLink(path: "/")
        let name = DisplayName("A")
        return [
            LoginPage(
                client: ClientCard(name: name, logo: nil, returnsTo: nil),
                providers: [
                    ProviderChoice(id: ProviderID(rawValue: "a"), name: name, availability: .available(link))
                ],
                localForm: LocalForm(
                    action: link, hidden: [HiddenField(name: "a", value: "a")], username: "a",
                    problem: .wrongCredentials))
        ]
    }
}

extension ConsentPage {
    package static var specimens: [ConsentPage] {
        let link = PageLink(path: "/")
        let name = DisplayName("A")
        return [
            ConsentPage(
                client: ClientCard(
                    name: name, logo: nil, returnsTo: RedirectTarget(redirectURI: "https://a.example/")),
                scopes: [ScopeEntry(name: Scope.openid)], account: name, action: link,
                hidden: [HiddenField(name: "a", value: "a")], otherAccount: link)
        ]
    }
}

extension AccountPage {
    package static var specimens: [AccountPage] {
        let link = PageLink(path: "/")
        let name = DisplayName("A")
        return [
            AccountPage(
                person: name, email: name,
                ways: [
                    Way(
                        provider: name, person: name,
                        removal: .form(action: link, hidden: [HiddenField(name: "a", value: "a")]))
                ],
                connections: [Connection(provider: name, link: link)], signOut: link,
                signOutEverywhere: PostForm(action: link, hidden: [HiddenField(name: "a", value: "a")]))
        ]
    }
}

extension LinkPage {
    package static var specimens: [LinkPage] {
        let name = DisplayName("A")
        return [
            LinkPage(
                provider: name, person: name, email: name, consequence: .leavesItsAccount, action: PageLink(path: "/"),
                hidden: [HiddenField(name: "a", value: "a")])
        ]
    }
}

extension VerificationPage {
    package static var specimens: [VerificationPage] {
        let link = PageLink(path: "/")
        let name = DisplayName("A")
        return [
            VerificationPage(
                client: ClientCard(
                    name: name, logo: nil, returnsTo: RedirectTarget(redirectURI: "https://a.example/")),
                lacks: [Lack(scope: ScopeEntry(name: "a"), page: Destination(link: link, site: name))],
                account: name, done: link, attempt: .again, action: link,
                hidden: [HiddenField(name: "a", value: "a")], decisions: Decision.allCases)
        ]
    }
}

extension DevicePage {
    package static var specimens: [DevicePage] {
        [
            DevicePage(
                typed: "a", problem: .unknown, action: PageLink(path: "/"),
                hidden: [HiddenField(name: "a", value: "a")], leadsTo: nil)
        ]
    }
}

extension DeviceQuestionPage {
    package static var specimens: [DeviceQuestionPage] {
        guard let code = UserCode(typed: "BBBB-BBBB") else { return [] }
        let link = PageLink(path: "/")
        let name = DisplayName("A")
        return [
            DeviceQuestionPage(
                client: ClientCard(name: name, logo: nil, returnsTo: nil), userCode: code,
                scopes: [ScopeEntry(name: Scope.openid)], account: name, action: link,
                hidden: [HiddenField(name: "a", value: "a")], otherAccount: link)
        ]
    }
}

extension DeviceDonePage {
    package static var specimens: [DeviceDonePage] { [DeviceDonePage(outcome: .allowed)] }
}

extension ErrorPage {
    package static var specimens: [ErrorPage] {
        let ray = RayID(rawValue: 0)
        return [ErrorPage(problem: .internalError, rayID: ray, startAgain: PageLink(path: "/"))]
    }
}

extension LogOutPage {
    package static var specimens: [LogOutPage] {
        [LogOutPage(person: DisplayName("A"), client: DisplayName("A"), confirmation: PageLink(path: "/"))]
    }
}

extension FormPostPage {
    package static var specimens: [FormPostPage] {
        let answer = AuthorizationCodeResponse(
            redirect: RegisteredRedirect(stored: "https://a.example/"), mode: .formPost, state: nil, code: Secret("a"))
        return [FormPostPage(answer, issuer: "https://b.example")]
    }
}

extension SignedOutPage {
    package static var specimens: [SignedOutPage] {
        [
            SignedOutPage(
                continuation: Continuation(.client(DisplayName("A")), link: PageLink(path: "/")),
                frames: [Frame(address: "https://a.example/")].compactMap(\.self))
        ]
    }
}

extension HomePage {
    package static var specimens: [HomePage] { [HomePage()] }
}
