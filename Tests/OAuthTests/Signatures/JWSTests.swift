import OAuth
import Testing

@Suite("RFC 7515: compact serialisation")
struct JWSTests {
    @Test("Header, payload and signature stand in the token in this order")
    func compact() throws {
        let header = JWSHeader(algorithm: .es256, keyID: KeyID(rawValue: "k1"), type: .accessToken)
        let input = JWS.signingInput(header: header, payload: Array(#"{"sub":"anna"}"#.utf8))
        let token = JWS.compact(input, signature: [0xFB, 0xEF])
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        try #require(parts.count == 3)
        #expect(Base64URL.decode(parts[0]) == Array(#"{"alg":"ES256","kid":"k1","typ":"at+jwt"}"#.utf8))
        #expect(parts[1] == "eyJzdWIiOiJhbm5hIn0")
        #expect(parts[2] == "--8")
        #expect(Array(token.utf8.prefix(input.count)) == input)
    }

    @Test("An empty payload is an empty part")
    func empty() {
        let header = JWSHeader(algorithm: .rs256, keyID: KeyID(rawValue: "k"), type: .idToken)
        let input = JWS.signingInput(header: header, payload: [])
        #expect(JWS.compact(input, signature: []).hasSuffix(".."))
    }

    @Test(
        "A key id is quoted, whatever is in it",
        arguments: [
            ("plain-kid_0", #""plain-kid_0""#),
            (#"a"b\c"#, #""a\"b\\c""#),
            ("a\n\u{1F}", #""a\u000a\u001f""#),
            ("k\u{13E}\u{FA}\u{10D}", "\"k\u{13E}\u{FA}\u{10D}\""),
        ])
    func quoting(_ keyID: String, quoted: String) throws {
        let header = JWSHeader(algorithm: .rs256, keyID: KeyID(rawValue: keyID), type: .logoutToken)
        let json = try #require(Base64URL.decode(String(decoding: header.encoded, as: UTF8.self)))
        #expect(String(decoding: json, as: UTF8.self) == #"{"alg":"RS256","kid":\#(quoted),"typ":"logout+jwt"}"#)
    }
}
