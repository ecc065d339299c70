import OAuth
import Testing

@Suite("RFC 6749 §3.3: scope")
struct ScopeTests {
    @Test(
        "Tokens are separated by spaces, keep their order, and count once",
        arguments: [
            ("openid", ["openid"]),
            ("openid email", ["openid", "email"]),
            ("b a b a", ["b", "a"]),
            ("  a   b ", ["a", "b"]),
            ("", []),
            ("a:b/c?d=e#f", ["a:b/c?d=e#f"]),
            ("urn:x https://api.example/read", ["urn:x", "https://api.example/read"]),
            ("!#$%&'()*+,-./:;<=>?@[]^_`{|}~", ["!#$%&'()*+,-./:;<=>?@[]^_`{|}~"]),
            ("A a", ["A", "a"]),
            ("a b c d e f g h i a j i", ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]),
        ])
    func parses(text: String, tokens: [String]) throws {
        let scope = try #require(Scope(parsing: text))
        #expect(scope.tokens == tokens)
        #expect(scope.wireValue == tokens.joined(separator: " "))
        #expect(Scope(parsing: scope.wireValue) == scope)
    }

    @Test(
        "A character outside appendix A.4 is refused",
        arguments: [
            "a\"b", "a\\b", "a\tb", "a\nb", "a\r\nb", "a\u{0}b", "a\u{7F}", "é", "a e\u{301}", "a\u{A0}b",
            "a \u{301}b", "\u{212A}", "a\u{2003}b",
        ])
    func refuses(text: String) {
        #expect(Scope(parsing: text) == nil)
    }

    @Test("A scope covers its parts and nothing else")
    func superset() {
        let scope = Scope(["openid", "email"])
        let parts = [scope, Scope([]), Scope(["email"])]
        #expect(parts.allSatisfy(scope.isSuperset))
        #expect(!scope.isSuperset(of: Scope(["email", "phone"])) && !Scope([]).isSuperset(of: Scope(["openid"])))
        #expect(scope.contains("openid") && !scope.contains("open") && !scope.contains("OPENID"))
    }

    @Test("A scope is coded as a list and comes back equal")
    func coding() throws {
        let scope = Scope(["a", "b"])
        #expect(try JSON.text(of: scope) == #"["a","b"]"#)
        #expect(try JSON.roundTrip(scope) == scope)
        #expect(Scope([]).isEmpty && !scope.isEmpty)
    }
}
