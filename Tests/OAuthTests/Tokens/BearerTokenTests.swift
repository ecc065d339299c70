import OAuth
import Testing

@Suite("RFC 6750 §2.1: bearer tokens")
struct BearerTokenTests {
    @Test(
        "A token of b64token characters is read",
        arguments: [
            ("Bearer abc", "abc"),
            ("bearer abc", "abc"),
            ("BEARER abc", "abc"),
            ("Bearer   abc", "abc"),
            ("  Bearer abc", "abc"),
            ("Bearer a", "a"),
            ("Bearer mF_9.B5f-4.1JqM", "mF_9.B5f-4.1JqM"),
            ("Bearer AZaz09-._~+/==", "AZaz09-._~+/=="),
        ])
    func reads(header: String, token: String) {
        #expect(BearerToken(authorization: header)?.secret.reveal() == token)
    }

    @Test(
        "Any other header is no bearer token",
        arguments: [
            nil, "", " ", "Beare", "Bearer", "Bearer ", "Bearer  ", "abc", "Bearerabc", "Bearer\tabc", "Bearer:abc",
            "Bearer,abc", "Basic YXBwOng=", "DPoP abc", "Bearer abc ", "Bearer abc def", "Bearer abc,def",
            "Bearer abc, Bearer def", "Bearer \"abc\"", "Bearer abc\n", "Bearer abc\r\nX: y", "Bearer ab\u{0}c",
            "Bearer ab%63", "Bearer ab:c", "Bearer ab;c", "Bearer é", "Bearer ab\u{301}c", "Bearer \u{212A}",
            "Bearer\u{A0}abc", "B\u{435}arer abc", "Bearer =", "Bearer ==", "Bearer a=b", "Bearer =a",
        ] as [String?])
    func refuses(header: String?) {
        #expect(BearerToken(authorization: header) == nil)
    }

    @Test("A header of 48 KiB is read and a longer one is not")
    func length() {
        let header = "Bearer " + String(repeating: "a", count: 49_152 - 7)
        #expect(BearerToken(authorization: header)?.secret.count == 49_145)
        #expect(BearerToken(authorization: header + "a") == nil)
    }

    @Test("A token does not show itself when printed")
    func redacted() throws {
        let token = try #require(BearerToken(authorization: "Bearer hunter2"))
        #expect(!"\(token)".contains("hunter2") && !String(reflecting: token).contains("hunter2"))
    }
}
