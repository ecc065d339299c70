import OAuth
import Testing

@Suite("Secrets do not show themselves")
struct SecretTests {
    private struct Holder: Codable {
        let name: String
        let secret: Secret
        let optional: Secret?
        let list: [Secret]
        let table: [String: Secret]
    }

    private static let holder = Holder(
        name: "visible", secret: Secret("hunter2"), optional: Secret("hunter2"), list: [Secret("hunter2")],
        table: ["key": Secret("hunter2")])

    @Test("Printing, describing, reflecting and dumping a secret shows that there is one, and no more")
    func direct() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        var printed = ""
        print(secret, to: &printed)
        for text in ["\(secret)", String(describing: secret), String(reflecting: secret), dumped, printed] {
            #expect(text.contains("<redacted>") && !text.contains("hunter2"))
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test("Nor does what holds a secret show it")
    func nested() {
        var dumped = ""
        dump(Self.holder, to: &dumped)
        var printed = ""
        print(Self.holder, [Self.holder], to: &printed)
        for text in ["\(Self.holder)", String(reflecting: Self.holder), dumped, printed] {
            #expect(text.contains("visible") && !text.contains("hunter2"))
        }
    }

    @Test(
        "A decoding error does not quote the secrets beside it",
        arguments: [
            #"{"name":"x","secret":"hunter2","list":["hunter2"],"table":{"key":7}}"#,
            #"{"name":"x","secret":["hunter2"],"list":[],"table":{}}"#,
            #"{"name":"x","secret":{"hunter2":1},"list":[],"table":{}}"#,
            #"{"name":"x","secret":"hunter2","list":"hunter2","table":{}}"#,
            #"{"name":"x","secret":"hunter2","optional":false}"#,
        ])
    func decodingError(json: String) {
        let error = #expect(throws: DecodingError.self) { try JSON.decode(Holder.self, json) }
        #expect(error.map { "\($0) \(String(reflecting: $0))".contains("hunter2") } == false)
    }

    @Test("On the wire a secret is itself")
    func coding() throws {
        #expect(try JSON.text(of: Secret("hunter2")) == #""hunter2""#)
        #expect(try JSON.roundTrip(Self.holder).secret.reveal() == "hunter2")
    }

    @Test(
        "Secrets are equal byte for byte, not by Unicode equivalence",
        arguments: [
            ("", "", true), ("a", "a", true), ("a", "b", false), ("a", "", false), ("a", "aa", false),
            ("a", "A", false), ("\u{E9}", "e\u{301}", false), ("K", "\u{212A}", false),
        ])
    func equality(left: String, right: String, equal: Bool) {
        #expect((Secret(left) == Secret(right)) == equal)
        #expect(constantTimeEquals(Array(left.utf8), Array(right.utf8)) == equal)
    }

    @Test("Its length in bytes is no secret")
    func count() {
        #expect(Secret("é🌉").count == 6 && Secret("").count == 0)
    }

    @Test("A password hash does not show itself either")
    func passwordHash() {
        let hash = PasswordHash(phc: "$argon2id$v=19$m=1,t=1,p=1$salt$hunter2")
        var dumped = ""
        dump(Client.Authentication.secret(hash), to: &dumped)
        for text in ["\(hash)", String(reflecting: hash), dumped] {
            #expect(!text.contains("hunter2") && !text.contains("argon2id"))
        }
    }

    @Test("A stored digest equals the digest of its secret, and no other's")
    func digest() {
        let digest = HandleDigest(of: Secret("abc"))
        // FIPS 180-2 appendix B.1.
        #expect(Base64URL.encode(digest.bytes) == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
        #expect(HandleDigest(stored: digest.bytes) == digest)
        #expect(HandleDigest(of: Secret("abd")) != digest && HandleDigest(stored: []) != digest)
    }
}
