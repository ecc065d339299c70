import OAuth
import Testing

@Suite("RFC 7517 §5: the key set of a client")
struct ClientKeySetTests {
    private static let x = String(repeating: "A", count: 43)
    private static let n = String(repeating: "A", count: 342)
    private static let curve = #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(x)"}"#

    private static func read(_ text: String) throws -> ClientKeySet {
        try ClientKeySet(checking: try UntrustedJSON.decode(JSONValue.self, from: Array(text.utf8)))
    }

    @Test(
        "Public keys for signatures are kept, and nothing else of what is said about them",
        arguments: [
            curve, #"{"kty":"RSA","n":"\#(n)","e":"AQAB","alg":"PS256","use":"sig","x5c":["x"]}"#,
            #"{"kty":"OKP","crv":"Ed25519","x":"\#(x)","kid":"k"}"#,
        ])
    func kept(key: String) throws {
        let keys = try Self.read(#"{"keys":[\#(key)],"more":1}"#)
        #expect(try ClientKeySet(json: keys.json) == keys)
        #expect(!String(decoding: keys.json, as: UTF8.self).contains("x5c"))
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "[]", "{}", #"{"keys":[]}"#, #"{"keys":{}}"#, #"{"keys":["k"]}"#, #"{"keys":[{}]}"#,
            #"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#, #"{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(x)","d":"\#(x)"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"P-256","x":"\#(x)"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"secp256k1","x":"\#(x)","y":"\#(x)"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(x)","use":"enc"}]}"#,
            #"{"keys":[{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(x)","alg":"HS256"}]}"#,
            #"{"keys":[\#(curve),\#(curve)]}"#,
            #"{"keys":[\#(Array(repeating: curve, count: 17).joined(separator: ","))]}"#,
        ])
    func refused(text: String) {
        let flaw = #expect(throws: ClientMetadata.Flaw.self) { try Self.read(text) }
        #expect(flaw?.member == "jwks")
    }
}
