import OAuth
import Testing

@testable import Connectors

@Suite("RFC 7515: tokens that cannot be taken apart") struct CompactJWSTests {
    private static let header = Base64URL.encode(JSONValue.object(["alg": "ES256"]).bytes)
    private static let claims = Base64URL.encode(JSONValue.object(["sub": "1"]).bytes)

    @Test func `Three parts are header, claims and signature`() throws {
        let token = try CompactJWS(Secret("\(Self.header).\(Self.claims).AAEC"))
        #expect(token.header.alg == "ES256")
        #expect(token.header.kid == nil)
        #expect(token.unverifiedText("sub") == "1")
        #expect(token.signature == [0, 1, 2])
        #expect(String(decoding: token.signingInput, as: UTF8.self) == "\(Self.header).\(Self.claims)")
    }

    @Test(arguments: [
        "", ".", "..", "a.b", "opaque", "\(header).\(claims)", "\(header).\(claims).AA.AA.AA", "\(header).\(claims).A",
        "\(header).\(claims).AAEC=", "\(header).\(claims).AA+C", "\(header).\(claims). AAEC",
        "\(claims).\(claims).AAEC",
        "\(header).\(header.dropLast()).AAEC", "\(header).\(Base64URL.encode(Array("[1]".utf8))).AAEC",
        "\(header).\(Base64URL.encode([0x7B, 0xFF, 0x7D])).AAEC",
        "\(Base64URL.encode(Array("{\"alg\":1}".utf8))).\(claims).AAEC",
        "\(Base64URL.encode(Array("{\"alg\":\"ES256\",\"kid\":7}".utf8))).\(claims).AAEC",
        "\(Base64URL.encode(Array("{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}".utf8))).\(claims).AAEC",
        "\(header).\(Base64URL.encode(Array(String(repeating: "[", count: 40_000).utf8))).AAEC",
        "\(header).\(String(repeating: "A", count: 70_000)).AAEC",
    ])
    func `Anything else is malformed`(text: String) {
        #expect(throws: TokenFlaw.malformed) { try CompactJWS(Secret(text)) }
    }
}
