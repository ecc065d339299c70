import Mustache
import OAuth

/// The templates folder, resolved and checked: whatever can be wrong with it is found when it is loaded.
package struct PageTemplates: Sendable {
    /// What `templates/assets` holds.
    package let assets: PageAssets
    /// Every language there is a locale file for; English is always one of them.
    package var languages: [Language] { catalog.languages }

    private let pages: PageSet
    private let overrides: [ClientID: [PageName: MustacheTemplate]]
    private let library: MustacheLibrary
    private let catalog: TextCatalog

    /// Loads `directory` with its `partials/`, `clients/<client id>/`, `locales/` and `assets/`.
    package init(directory: String) throws(PageTemplateError) {
        let folder = TemplateFolder(path: directory)
        assets = try PageAssets(folder: folder)
        catalog = try TextCatalog(folder: folder)
        let shared = try folder.templates() + folder.templates(in: "partials")
        let vocabulary = PageVocabulary(
            partials: Set(shared.map(\.name)), texts: catalog.paths, assets: assets.names)
        var library = MustacheLibrary()
        for source in shared {
            library.register(try source.compiled(), named: source.name)
            try source.check(against: vocabulary.of(PageName(rawValue: source.name)))
        }
        self.library = library
        pages = try PageSet(library: library)
        overrides = try Self.overrides(in: folder, vocabulary: vocabulary)
    }

    /// The best language for somebody: `ui_locales` first, then `Accept-Language`, then English.
    package func language(uiLocales: String?, acceptLanguage: String?) -> Language {
        uiLocales.flatMap { LanguagePreferences(uiLocales: $0).best(of: languages) }
            ?? acceptLanguage.flatMap { LanguagePreferences(acceptLanguage: $0).best(of: languages) }
            ?? .english
    }

    /// Renders `page`, with the client's own template where there is one.
    package func render<P: Page>(_ page: P, in frame: PageFrame) -> RenderedPage {
        let texts = catalog[frame.language]
        let content = page.content(in: texts)
        let template = frame.client.flatMap { overrides[$0]?[P.name] } ?? pages[P.name]
        let values = content.values.merging(
            frameValues(title: content.title, texts: texts, address: frame.address)
        ) { _, frame in frame }
        return RenderedPage(
            html: TemplateValue.object(values).render(template, library: library),
            language: texts.language,
            security: page.security)
    }

    private func frameValues(title: String, texts: Texts, address: PageLink?) -> [String: TemplateValue] {
        let links = catalog.ownNames.map { language, name in
            TemplateValue.object([
                "tag": .text(language.tag),
                "own_name": .text(name),
                "current": .flag(language == texts.language),
                "language_href": .optional(address?.asking(for: language).reference),
            ])
        }
        return [
            "language": .text(texts.language.tag),
            "languages": .list(links),
            "has_languages": .flag(address != nil && links.count > 1),
            "page_title": .text(title),
            "assets": assets.templateValue,
            "t": texts.tree,
        ]
    }

    private static func overrides(
        in folder: TemplateFolder, vocabulary: PageVocabulary
    ) throws(PageTemplateError) -> [ClientID: [PageName: MustacheTemplate]] {
        var overrides: [ClientID: [PageName: MustacheTemplate]] = [:]
        for client in folder.names(in: "clients") {
            for source in try folder.templates(in: "clients/\(client)") {
                guard let page = PageName(rawValue: String(source.name.dropFirst("clients/\(client)/".count))) else {
                    throw PageTemplateError(file: source.file, problem: .unknownPage)
                }
                try source.check(against: vocabulary.of(page))
                overrides[ClientID(rawValue: client), default: [:]][page] = try source.compiled()
            }
        }
        return overrides
    }
}

/// One template for every page.
private struct PageSet: Sendable {
    private let login: MustacheTemplate
    private let consent: MustacheTemplate
    private let account: MustacheTemplate
    private let link: MustacheTemplate
    private let verification: MustacheTemplate
    private let device: MustacheTemplate
    private let deviceQuestion: MustacheTemplate
    private let deviceDone: MustacheTemplate
    private let error: MustacheTemplate
    private let logOut: MustacheTemplate
    private let signedOut: MustacheTemplate
    private let formPost: MustacheTemplate
    private let home: MustacheTemplate

    init(library: MustacheLibrary) throws(PageTemplateError) {
        func template(_ page: PageName) throws(PageTemplateError) -> MustacheTemplate {
            guard let template = library.getTemplate(named: page.rawValue) else {
                throw PageTemplateError(file: page.rawValue + TemplateSource.suffix, problem: .missing)
            }
            return template
        }
        login = try template(.login)
        consent = try template(.consent)
        account = try template(.account)
        link = try template(.link)
        verification = try template(.verification)
        device = try template(.device)
        deviceQuestion = try template(.deviceQuestion)
        deviceDone = try template(.deviceDone)
        error = try template(.error)
        logOut = try template(.logOut)
        signedOut = try template(.signedOut)
        formPost = try template(.formPost)
        home = try template(.home)
    }

    subscript(page: PageName) -> MustacheTemplate {
        switch page {
        case .login: login
        case .consent: consent
        case .account: account
        case .link: link
        case .verification: verification
        case .device: device
        case .deviceQuestion: deviceQuestion
        case .deviceDone: deviceDone
        case .error: error
        case .logOut: logOut
        case .signedOut: signedOut
        case .formPost: formPost
        case .home: home
        }
    }
}
