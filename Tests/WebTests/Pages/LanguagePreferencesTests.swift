import Testing
import Web

@Suite("RFC 9110 §12.5.4 and OIDC Core §3.1.2.1: languages")
struct LanguagePreferencesTests {
    @Test(
        "Accept-Language is read with its weights, malformed entries left out",
        arguments: [
            ("sk", ["sk"]), ("en, sk", ["en", "sk"]), ("en;q=0.5, sk", ["sk", "en"]),
            ("en;q=0.8,sk;q=0.9,de", ["de", "sk", "en"]), ("sk-SK,sk;q=0.9", ["sk-sk", "sk"]),
            ("en;q=0, sk;q=0.001", ["sk"]), ("en ; q=0.4 , sk ; Q=0.5", ["sk", "en"]), ("*;q=0.1, sk", ["sk", "*"]),
            ("en;q=2, sk", ["sk"]), ("en;q=0.1234, sk", ["sk"]), ("en;q=, sk", ["sk"]), ("en;q=1.001, sk", ["sk"]),
            ("en;level=1, sk", ["sk"]), ("<script>, sk", ["sk"]), ("toolongsubtag, sk", ["sk"]), ("en;q=1.000", ["en"]),
            ("", []), (",,,", []), ("en_US", []),
        ])
    func acceptLanguage(header: String, ranges: [String]) {
        #expect(LanguagePreferences(acceptLanguage: header).ranges == ranges)
    }

    @Test("A header of any length costs no more than its beginning")
    func bounded() {
        let header = String(repeating: "en-AA,", count: 100_000)
        #expect(LanguagePreferences(acceptLanguage: header).ranges.count == 32)
    }

    @Test(
        "`ui_locales` comes first, then the browser's languages, then English",
        arguments: [
            ("sk", "en", "sk"), ("sk-SK en", nil, "sk"), ("de", "sk", "sk"), ("de fr", "cs, sk;q=0.5", "sk"),
            (nil, "sk-SK,sk;q=0.9,en;q=0.8", "sk"), (nil, "de, *;q=0.5", "en"), (nil, "de", "en"), (nil, nil, "en"),
            ("", "", "en"), ("EN-gb", "sk", "en"), ("../sk", nil, "en"),
        ] as [(String?, String?, String)])
    func choice(uiLocales: String?, acceptLanguage: String?, tag: String) throws {
        let templates = try TemplatesFolder.load()
        #expect(templates.language(uiLocales: uiLocales, acceptLanguage: acceptLanguage).tag == tag)
    }
}
