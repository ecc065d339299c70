/// What each page's template may name, learnt from the pages' specimens.
struct PageVocabulary {
    private let pages: [PageName: Set<String>]
    private let frame: Set<String>
    private let partials: Set<String>
    private let texts: Set<String>

    init(partials: Set<String>, texts: Set<String>, assets: Set<String>) {
        self.partials = partials
        self.texts = texts
        frame = assets.union([
            "assets", "language", "languages", "has_languages", "page_title", "tag", "own_name", "current",
            "language_href",
        ])
        pages = [
            .login: Self.names(of: LoginPage.self),
            .consent: Self.names(of: ConsentPage.self),
            .account: Self.names(of: AccountPage.self),
            .link: Self.names(of: LinkPage.self),
            .verification: Self.names(of: VerificationPage.self),
            .device: Self.names(of: DevicePage.self),
            .deviceQuestion: Self.names(of: DeviceQuestionPage.self),
            .deviceDone: Self.names(of: DeviceDonePage.self),
            .error: Self.names(of: ErrorPage.self),
            .logOut: Self.names(of: LogOutPage.self),
            .signedOut: Self.names(of: SignedOutPage.self),
            .formPost: Self.names(of: FormPostPage.self),
            .home: Self.names(of: HomePage.self),
        ]
    }

    /// The vocabulary of `page`; of all pages together for a layout or partial, which serves them all.
    func of(_ page: PageName?) -> TemplateSource.Vocabulary {
        let own = page.map { pages[$0] ?? [] } ?? pages.values.reduce(into: []) { $0.formUnion($1) }
        return TemplateSource.Vocabulary(names: own.union(frame), partials: partials, texts: texts)
    }

    private static func names<P: Page>(of page: P.Type) -> Set<String> {
        let wordless = Texts(language: .english, texts: [:], tree: .absent)
        return P.specimens.reduce(into: ["words", "inserted"]) { names, specimen in
            names.formUnion(TemplateValue.object(specimen.content(in: wordless).values).names)
        }
    }
}
