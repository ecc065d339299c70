import OAuth
import Testing

@Suite("OIDC Core §2: ID token claims")
struct IDTokenClaimsTests {
    private static func claims(nonce: String? = "n", session: String? = "s", person: PersonClaims) -> IDTokenClaims {
        IDTokenClaims(
            issuer: "https://id.example", subject: "account", audience: "app", issuedAt: 100, expiresAt: 200,
            authenticatedAt: 50, nonce: nonce, identityProvider: "google", methods: ["pwd"], contextClass: "0",
            sessionName: session, accessTokenHash: session.map { _ in "h" }, rayID: "0000000000000001", person: person)
    }

    @Test("The broker's claims and the person's stand side by side")
    func plain() throws {
        let person = PersonClaims(["email": "ann@city.example", "address": .object(["a": 1])])
        #expect(
            try JSON.text(of: Self.claims(person: person)) == """
                {"acr":"0","address":{"a":1},"amr":["pwd"],"at_hash":"h","aud":"app","auth_time":50,\
                "email":"ann@city.example","exp":200,"iat":100,"idp":"google","iss":"https://id.example","nonce":"n",\
                "ray_id":"0000000000000001","sid":"s","sub":"account"}
                """)
    }

    @Test(
        "A person's claim cannot stand in for one of the broker's, nor be written beside it",
        arguments: ["forged", 7, .null, .array(["forged"]), .object(["forged": "forged"])] as [JSONValue])
    func override(value: JSONValue) throws {
        let own = try JSON.decode(JSONValue.self, try JSON.text(of: Self.claims(person: PersonClaims())))
        let names = try #require(own.object).keys
        let forgeries = Dictionary(uniqueKeysWithValues: names.map { ($0, value) })
        let raw = try JSON.text(of: Self.claims(person: PersonClaims(forgeries)))
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
        let written = try #require(JSON.decode(JSONValue.self, try JSON.text(of: claims)).object)
        #expect(written[name] == nil && written["name"] == "Ann")
    }
}

@Suite("RFC 9068 §2.2: access token claims")
struct AccessTokenClaimsTests {
    @Test("Claims have their registered names and come back equal")
    func coding() throws {
        let claims = AccessTokenClaims(
            issuer: "https://id.example", subject: "account", audience: "api", clientID: "app", issuedAt: 1,
            expiresAt: 2, tokenID: "t", scope: "openid", grantID: "g", rayID: "r")
        #expect(
            try JSON.text(of: claims) == """
                {"aud":"api","client_id":"app","exp":2,"grant_id":"g","iat":1,"iss":"https://id.example","jti":"t",\
                "ray_id":"r","scope":"openid","sub":"account"}
                """)
        #expect(try JSON.roundTrip(claims) == claims)
    }
}
