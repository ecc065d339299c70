import Foundation
import OAuth
import Testing

@testable import Connectors

@Suite("The file of scopes") struct ScopeFileTests {
    private static func read(_ scopes: String) throws(ProviderFileProblem) -> ScopeCatalogue {
        try ScopeFile.catalogue(Array("{\"scopes\":\n\(scopes)}".utf8), named: "scopes.json")
    }

    @Test("Everything a scope can say is understood")
    func complete() throws {
        let catalogue = try Self.read(
            """
            {"identity:verified": {
               "claims": ["identity_verified", "identity_level"],
               "requires": {"claim": "identity_verified", "equals": true,
                            "verification_url": "https://city.example/verify?from=broker"},
               "words": {"en": {"title": "See that you are verified", "explanation": "By whom, and when."},
                         "sk": {"title": "Vidieť overenie", "explanation": "Kým a kedy."}}},
             "level:high": {"claims": ["identity_level"],
               "requires": {"claim": "identity_level", "one_of": ["high", 4], "optional": true}},
             "tickets.buy": {}}
            """)
        let verified = try #require(catalogue["identity:verified"])
        #expect(verified.claims == ["identity_verified", "identity_level"])
        #expect(
            verified.demand
                == ClaimDemand(
                    claim: "identity_verified", accepted: [true],
                    verification: VerificationAddress("https://city.example/verify?from=broker")))
        #expect(verified.words["sk"] == ScopeEntry.Words(title: "Vidieť overenie", explanation: "Kým a kedy."))
        #expect(
            catalogue["level:high"]
                == ScopeEntry(
                    name: "level:high", claims: ["identity_level"],
                    demand: ClaimDemand(claim: "identity_level", accepted: ["high", 4], weight: .optional)))
        #expect(catalogue["tickets.buy"] == ScopeEntry(name: "tickets.buy"))
        let standard = ScopeCatalogue.standard.entries.map(\.name)
        #expect(catalogue.entries.map(\.name) == standard + ["identity:verified", "level:high", "tickets.buy"])
    }

    @Test("A standard scope keeps its claims unless the file names others")
    func standard() throws {
        let catalogue = try Self.read(
            #"{"profile": {"requires": {"claim": "groups", "equals": "staff"}}, "email": {"claims": ["email"]}}"#)
        #expect(catalogue["profile"]?.claims == ScopeCatalogue.standard["profile"]?.claims)
        #expect(catalogue["profile"]?.demand?.claim == "groups")
        #expect(catalogue["email"]?.claims == ["email"])
        #expect(catalogue["openid"] == ScopeCatalogue.standard["openid"])
    }

    @Test("A file without scopes of its own leaves the standard ones")
    func empty() throws {
        #expect(try Self.read("{}") == .standard)
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let scopes: String
        let key: String
        let reason: String
        var testDescription: String { scopes }

        init(_ scopes: String, _ key: String, _ reason: String) {
            (self.scopes, self.key, self.reason) = (scopes, "$.scopes" + key, reason)
        }
    }

    @Test(
        "What cannot be is refused with its line and key",
        arguments: [
            Broken("[]", "", "should be an object, not a list"),
            Broken(#"{"a": 1}"#, ".a", "should be an object, not a number"),
            Broken(#"{"a": {}, "a": {}}"#, ".a", "is there twice"),
            Broken(
                #"{"a b": {}}"#, ".a b",
                #"should be called by 1 to 128 printable ASCII characters other than space, " and \"#),
            Broken(
                #"{"": {}}"#, ".", #"should be called by 1 to 128 printable ASCII characters other than space, " and \"#
            ),
            Broken(#"{"a": {"claim": []}}"#, ".a.claim", "should be one of claims, requires, words"),
            Broken(#"{"a": {"claims": "x"}}"#, ".a.claims", "should be a list, not text"),
            Broken(#"{"a": {"claims": [1]}}"#, ".a.claims[0]", "should be text, not a number"),
            Broken(
                #"{"a": {"claims": ["x", "sub"]}}"#, ".a.claims[1]",
                "should be left out: this claim is the broker's own"),
            Broken(#"{"a": {"claims": [""]}}"#, ".a.claims[0]", "should be a name of 1 to 128 bytes"),
            Broken(#"{"a": {"claims": ["x", "x"]}}"#, ".a.claims[1]", "is there twice"),
            Broken(#"{"a": {"requires": "x"}}"#, ".a.requires", "should be an object, not text"),
            Broken(#"{"a": {"requires": {"equals": 1}}}"#, ".a.requires.claim", "is missing"),
            Broken(#"{"a": {"requires": {"claim": "x"}}}"#, ".a.requires.equals", "is missing"),
            Broken(
                #"{"a": {"requires": {"claim": "sid", "equals": 1}}}"#, ".a.requires.claim",
                "should be a claim about the person"),
            Broken(
                #"{"a": {"requires": {"claim": "x", "equals": null}}}"#, ".a.requires.equals",
                "should be text, a number, true or false"),
            Broken(
                #"{"a": {"requires": {"claim": "x", "equals": ["y"]}}}"#, ".a.requires.equals",
                "should be text, a number, true or false"),
            Broken(
                #"{"a": {"requires": {"claim": "x", "one_of": []}}}"#, ".a.requires.one_of",
                "should be a list of at least one value"),
            Broken(
                #"{"a": {"requires": {"claim": "x", "equals": 1, "one_of": [1]}}}"#, ".a.requires.one_of",
                "should be left out beside equals"),
            Broken(
                #"{"a": {"requires": {"claim": "x", "equals": 1, "optional": "yes"}}}"#, ".a.requires.optional",
                "should be true or false, not text"),
            Broken(
                #"{"a": {"requires": {"claim": "x", "equals": 1, "verification_url": "http://city.example"}}}"#,
                ".a.requires.verification_url",
                "should be an https address without a fragment; plain http is for loopback only"),
            Broken(
                #"{"a": {"requires": {"claim": "x", "is": 1}}}"#, ".a.requires.is",
                "should be one of claim, equals, one_of, verification_url, optional"),
            Broken(#"{"a": {"words": {"sk": {"title": "a", "explanation": "b"}}}}"#, ".a.words.en", "is missing"),
            Broken(#"{"a": {"words": {"en": {"title": "a"}}}}"#, ".a.words.en.explanation", "is missing"),
            Broken(
                #"{"a": {"words": {"en": {"title": "", "explanation": "b"}}}}"#, ".a.words.en.title",
                "should be text that is not empty"),
        ])
    func refused(broken: Broken) {
        let problem = #expect(throws: ProviderFileProblem.self) { try Self.read(broken.scopes) }
        #expect(problem?.file == "scopes.json")
        #expect(problem?.line == 2)
        #expect(problem?.key == broken.key)
        #expect(problem.map { "\($0.reason)" } == broken.reason)
    }

    @Test(
        "A file that is no such document is refused as a whole",
        arguments: [
            ("", 1, nil, "is not JSON: expected a value"), ("{\n\n]", 3, nil, "is not JSON: expected a name in quotes"),
            ("[]", 1, "$", "should be an object, not a list"), ("{}", 1, "$.scopes", "is missing"),
            (#"{"scope": {}}"#, 1, "$.scope", "should be one of $schema, scopes"),
        ] as [(String, Int, String?, String)])
    func notScopes(text: String, line: Int, key: String?, reason: String) {
        let problem = #expect(throws: ProviderFileProblem.self) {
            try ScopeFile.catalogue(Array(text.utf8), named: "scopes.json")
        }
        #expect(problem?.line == line)
        #expect(problem?.key == key)
        #expect(problem.map { "\($0.reason)" } == reason)
    }

    @Test("A file that is not there cannot be read")
    func missing() {
        let path = "/nowhere/scopes.json"
        let problem = #expect(throws: ProviderFileProblem.self) { try ScopeFile(path: path).read() }
        #expect(problem == ProviderFileProblem(file: path, reason: .unreadable))
    }
}
