import OAuth
import Testing

@Suite("RFC 7636: PKCE")
struct PKCETests {
    private static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    private static let stem = String(challenge.dropLast())
    private static let letters = String(repeating: "a", count: 42)

    @Test("The example of appendix B is answered by its verifier")
    func appendixB() throws {
        let verifier = try #require(CodeVerifier(Self.verifier))
        let challenge = try #require(CodeChallenge(s256: Self.challenge))
        #expect(CodeChallenge(of: verifier) == challenge)
        #expect(challenge.isAnswered(by: verifier))
    }

    @Test(
        "Another verifier does not answer, and the challenge itself does not (plain)",
        arguments: [
            challenge,
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK",
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXkA",
            "DBJFTJEZ4CVP-MB92K27UHBUJU1P1R_WW1GFWFOEJXK",
            String(repeating: "a", count: 43),
            String(repeating: "~", count: 128),
        ])
    func wrongVerifier(text: String) throws {
        let challenge = try #require(CodeChallenge(s256: Self.challenge))
        #expect(!challenge.isAnswered(by: try #require(CodeVerifier(text))))
    }

    @Test(
        "A verifier has 43 to 128 unreserved characters (§4.1)",
        arguments: [
            String(repeating: "a", count: 43), String(repeating: "Z", count: 128), String(repeating: "-._~", count: 11),
            verifier,
        ])
    func goodVerifier(text: String) throws {
        #expect(try #require(CodeVerifier(text)).secret.reveal() == text)
    }

    @Test(
        "A verifier of another length or with another character is refused",
        arguments: [
            "", "a",
            letters,
            String(repeating: "a", count: 129),
            letters + " ",
            letters + "+",
            letters + "/",
            letters + "=",
            letters + "%",
            letters + "\n",
            letters + "\r\n",
            letters + "é",
            letters + "\u{212A}",
            letters + "a\u{301}",
            String(repeating: "é", count: 43),
            String(repeating: "a", count: 21) + "\u{0}" + String(repeating: "a", count: 21),
        ])
    func badVerifier(text: String) {
        #expect(CodeVerifier(text) == nil)
    }

    private static let badChallenges: [(what: String, text: String)] = [
        ("empty", ""),
        ("42 characters", stem),
        ("44 characters", challenge + "A"),
        ("padded", challenge + "="),
        ("padding in place of the last character", stem + "="),
        ("the alphabet of plain base64", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"),
        ("a slash", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw/cM"),
        ("stray trailing bits", stem + "N"),
        ("more stray trailing bits", stem + "P"),
        ("a space at the end", stem + " "),
        ("a newline at the end", stem + "\n"),
        ("a Kelvin sign", "E9Melhoa2OwvFrEMTJguCHaoe\u{212A}1t8URWbuGJSstwcM"),
        ("hexadecimal", "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"),
        ("a plain verifier of 128 characters", String(repeating: "a", count: 128)),
    ]

    @Test("A challenge that is not 32 bytes in canonical base64url is refused", arguments: badChallenges)
    func badChallenge(what: String, text: String) {
        #expect(CodeChallenge(s256: text) == nil, "\(what)")
    }

    @Test("A challenge may end in each character that leaves no bits over, and in no other")
    func lastCharacter() {
        for byte in UInt8.min..<0x80 {
            let text = Self.stem + String(Unicode.Scalar(byte))
            #expect((CodeChallenge(s256: text) != nil) == (Base64URL.decode(text) != nil), "\(byte)")
        }
    }

    @Test("A random verifier is valid and its own challenge's answer")
    func randomVerifier() throws {
        var counter = CountingGenerator()
        let verifier = CodeVerifier(random: RandomBytes(from: &counter))
        #expect(verifier.secret.count == 43)
        #expect(CodeVerifier(verifier.secret.reveal()) == verifier)
        #expect(CodeChallenge(of: verifier).isAnswered(by: verifier))
    }
}
