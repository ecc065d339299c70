import OAuth
import Testing

@Suite("RFC 7009 §2.1: revocation requests")
struct RevocationRequestTests {
    private static func read(_ fields: [(name: String, value: String)]) throws -> RevocationRequest {
        try RevocationRequest(try FormParameters.fixture(fields))
    }

    @Test(
        "A hint, known or not, changes nothing",
        arguments: [nil, "", "access_token", "refresh_token", "urn:example:other", "\u{E9}"])
    func hints(hint: String?) throws {
        let fields = [(name: "token", value: "t")] + (hint.map { [("token_type_hint", $0)] } ?? [])
        #expect(try Self.read(fields).token == Secret("t"))
    }

    private static let long = String(repeating: "x", count: 49_153)

    @Test(
        "A request without one token is refused",
        arguments: [
            [], [("token", "")], [("Token", "t")], [("refresh_token", "t")], [("token", long)],
            [("token", "t"), ("token", "t")], [("token", "t"), ("token_type_hint", "a"), ("token_type_hint", "a")],
        ] as [[(name: String, value: String)]])
    func refuses(fields: [(name: String, value: String)]) {
        let error = #expect(throws: OAuthError.self) { try Self.read(fields) }
        #expect(error?.code == .invalidRequest)
    }

    @Test("The longest sealed token is accepted, and not shown when printed")
    func longest() throws {
        let request = try Self.read([("token", String(Self.long.dropLast()))])
        var dumped = ""
        dump(request, to: &dumped)
        #expect(!dumped.contains("xxx"))
    }
}
