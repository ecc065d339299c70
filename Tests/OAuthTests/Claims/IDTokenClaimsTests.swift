import OAuth
import Testing

@Suite("OIDC Core §2: ID token claims")
struct IDTokenClaimsTests {
    private static func claims(
        nonce: String? = "n", session: String? = "s", methods: [String] = ["pwd"], person: PersonClaims
    ) -> IDTokenClaims {
        IDTokenClaims(
            issuer: "https://id.example", subject: "account", audience: "app", issuedAt: 100, expiresAt: 200,
            authenticatedAt: 50, nonce: nonce, identityProvider: "google", methods: methods, contextClass: "0",
            sessionName: session, accessTokenHash: session.map { _ in "h" }, rayID: "0000000000000001", person: person)
    }

    @Test("The broker's claims and the person's stand side by side")
    func plain() {
        let person = PersonClaims(["email": "ann@city.example", "address": .object(["a": 1])])
        #expect(
            JSON.written(Self.claims(person: person)) == """
                {"iss":"https://id.example","sub":"account","aud":"app","iat":100,"exp":200,"auth_time":50,\
                "nonce":"n","idp":"google","amr":["pwd"],"acr":"0","sid":"s","at_hash":"h",\
                "ray_id":"0000000000000001","address":{"a":1},"email":"ann@city.example"}
                """)
    }

    @Test("How somebody logged in is left out where nobody knows, and no claim of theirs can stand in for it")
    func unknownMethods() {
        let person = PersonClaims(["amr": .array(["hwk"]), "name": "Ann"])
        let written = JSON.written(Self.claims(methods: [], person: person))
        #expect(!written.contains("amr") && written.contains("Ann"))
    }

    @Test(
        "A person's claim cannot stand in for one of the broker's, nor be written beside it",
        arguments: ["forged", 7, .null, .array(["forged"]), .object(["forged": "forged"])] as [JSONValue])
    func override(value: JSONValue) throws {
        let own = try JSON.decode(JSONValue.self, JSON.written(Self.claims(person: PersonClaims())))
        let names = try #require(own.object).keys
        let forgeries = Dictionary(uniqueKeysWithValues: names.map { ($0, value) })
        let raw = JSON.written(Self.claims(person: PersonClaims(forgeries)))
        #expect(!raw.contains("forged"))
        #expect(try JSON.decode(JSONValue.self, raw) == own)
        for name in names {
            #expect(raw.ranges(of: "\"\(name)\":").count == 1, "\(name) occurs once")
        }
    }

    @Test(
        "A person's claim cannot take the place of one the broker does not make",
        arguments: ["nonce", "sid", "at_hash", "nbf", "azp", "jti", "cnf", "act", "client_id", "scope", "events"])
    func absent(name: String) throws {
        let claims = Self.claims(nonce: nil, session: nil, person: PersonClaims([name: "forged", "name": "Ann"]))
        let written = try #require(JSON.decode(JSONValue.self, JSON.written(claims)).object)
        #expect(written[name] == nil && written["name"] == "Ann")
    }
}

@Suite("RFC 9068 §2.2: access token claims")
struct AccessTokenClaimsTests {
    private static let json = """
        {"iss":"https://id.example","sub":"account","aud":"api","client_id":"app","iat":1,"exp":2,"jti":"t",\
        "scope":"openid","grant_id":"g","ray_id":"r"}
        """

    @Test("Claims have their registered names and come back equal")
    func coding() throws {
        let claims = AccessTokenClaims(
            issuer: "https://id.example", subject: "account", audience: ["api"], clientID: "app", issuedAt: 1,
            expiresAt: 2, tokenID: "t", scope: "openid", grantID: "g", rayID: "r")
        #expect(JSON.written(claims) == Self.json)
        #expect(try JSON.reread(AccessTokenClaims.self, JSON.written(claims)) == claims)
    }

    @Test("Several resources are a list, and those who act are nested, the last one outermost (RFC 8693 §4.1)")
    func partiesCoding() throws {
        let claims = AccessTokenClaims(
            issuer: "i", subject: "s", audience: ["https://a.example", "https://b.example"], clientID: "c", issuedAt: 1,
            expiresAt: 2, tokenID: "t", scope: "", grantID: "g", rayID: "r", actors: ["c", "b"])
        let json = JSON.written(claims)
        #expect(json.contains(#""aud":["https://a.example","https://b.example"]"#))
        #expect(json.contains(#""act":{"act":{"sub":"b"},"sub":"c"}"#))
        #expect(try JSON.reread(AccessTokenClaims.self, json) == claims)
        for broken in [#""act":"c""#, #""act":{"act":{"sub":"b"}}"#, #""act":{"sub":7}"#] {
            let altered = json.replacing(#""act":{"act":{"sub":"b"},"sub":"c"}"#, with: broken)
            #expect(throws: JSONFlaw.unexpected) { try JSON.reread(AccessTokenClaims.self, altered) }
        }
    }

    @Test(
        "Claims of another shape are refused",
        arguments: [
            ("", "[]"), ("", "{}"), (#""aud":"api""#, #""aud":[1]"#), (#""aud":"api","#, ""),
            (#""exp":2"#, #""exp":"2""#),
            (#""sub":"account""#, #""sub":null"#), (#""jti":"t","#, ""),
        ])
    func shape(part: String, replacement: String) {
        let json = part.isEmpty ? replacement : Self.json.replacing(part, with: replacement)
        #expect(json != Self.json)
        #expect(throws: JSONFlaw.unexpected) { try JSON.reread(AccessTokenClaims.self, json) }
    }
}
