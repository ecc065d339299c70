import OAuth
import Testing

@Suite("OIDC Core §5.5: the claims parameter")
struct ClaimsParameterTests {
    private static func parse(_ text: String) throws -> ClaimsParameter { try ClaimsParameter(parsing: text) }

    @Test("The example of the specification is read, and what is not known means nothing")
    func example() throws {
        let claims = try Self.parse(
            """
            {"userinfo": {"given_name": {"essential": true}, "nickname": null, "email": {"essential": true},
              "email_verified": {"essential": true}, "picture": null, "http://example.info/claims/groups": null},
             "id_token": {"auth_time": {"essential": true}, "acr": {"values": ["urn:mace:incommon:iap:silver"]},
              "birthdate": {"essential": false, "purpose": "none of ours"}},
             "verified_claims": [1, 2]}
            """)
        #expect(
            claims.selection.userInfo == [
                "email", "email_verified", "given_name", "http://example.info/claims/groups", "nickname", "picture",
            ])
        #expect(claims.selection.idToken == ["birthdate"], "claims about the login are said anyway")
        #expect(claims.context == ContextDemand(["urn:mace:incommon:iap:silver"], weight: .voluntary))
        #expect(claims.subjects == nil)
    }

    @Test(
        "It may ask for nothing",
        arguments: ["{}", #"{"id_token":{}}"#, #"{"id_token":null,"userinfo":null}"#, #"{"other":{"email":null}}"#])
    func nothing(text: String) throws {
        let claims = try Self.parse(text)
        #expect(claims.selection.isEmpty && claims.context == nil && claims.subjects == nil)
    }

    @Test(
        "The class of the login is demanded in the ID token, by one value or several",
        arguments: [
            (#"{"id_token":{"acr":null}}"#, nil),
            (#"{"id_token":{"acr":{"essential":true}}}"#, nil),
            (#"{"userinfo":{"acr":{"essential":true,"value":"a"}}}"#, nil),
            (#"{"id_token":{"acr":{"value":"a"}}}"#, ContextDemand(["a"], weight: .voluntary)),
            (
                #"{"id_token":{"acr":{"essential":true,"values":["a","b"]}}}"#,
                ContextDemand(["a", "b"], weight: .essential)
            ),
        ] as [(String, ContextDemand?)])
    func context(text: String, demand: ContextDemand?) throws {
        #expect(try Self.parse(text).context == demand)
    }

    @Test(
        "The person is named in either member; both names have to be theirs",
        arguments: [
            (#"{"id_token":{"sub":{"value":"anna"}}}"#, ["anna"]),
            (#"{"userinfo":{"sub":{"value":"anna"}}}"#, ["anna"]),
            (#"{"id_token":{"sub":{"values":["anna","boris"]}}}"#, ["anna", "boris"]),
            (#"{"id_token":{"sub":{"values":["anna","boris"]}},"userinfo":{"sub":{"value":"boris"}}}"#, ["boris"]),
            (#"{"id_token":{"sub":{"value":"anna"}},"userinfo":{"sub":{"value":"boris"}}}"#, []),
            (#"{"id_token":{"sub":{"essential":true}}}"#, nil),
        ] as [(String, Set<String>?)])
    func subjects(text: String, names: Set<String>?) throws {
        #expect(try Self.parse(text).subjects == names)
    }

    private static let crowd = (0..<300).map { "\"c\($0)\":null" }.joined(separator: ",")

    @Test(
        "What the specification does not describe is refused",
        arguments: [
            "", "null", "[]", "true", "\"id_token\"", "{", "{}{}", "{\"id_token\":{\"email\":null}", "{'id_token':{}}",
            #"{"id_token":[]}"#, #"{"id_token":"email"}"#, #"{"userinfo":true}"#, #"{"userinfo":["email"]}"#,
            #"{"id_token":{"email":true}}"#, #"{"id_token":{"email":"x"}}"#, #"{"id_token":{"email":[]}}"#,
            #"{"id_token":{"email":{"essential":"true"}}}"#, #"{"id_token":{"email":{"essential":1}}}"#,
            #"{"id_token":{"email":{"essential":null}}}"#,
            #"{"id_token":{"email":{"values":[]}}}"#, #"{"id_token":{"email":{"values":"x"}}}"#,
            #"{"id_token":{"email":{"value":"x","values":["x"]}}}"#,
            #"{"id_token":{"email":null,"email":null}}"#, #"{"id_token":{},"id_token":{}}"#,
            #"{"id_token":{"acr":{"value":1}}}"#, #"{"id_token":{"acr":{"values":["a",1]}}}"#,
            #"{"id_token":{"acr":{"value":"a b"}}}"#, #"{"id_token":{"acr":{"value":""}}}"#,
            #"{"id_token":{"acr":{"values":["a","a"]}}}"#,
            #"{"id_token":{"sub":{"value":7}}}"#, #"{"id_token":{"sub":{"value":""}}}"#,
            #"{"id_token":{"sub":{"value":null}}}"#, #"{"id_token":{"sub":{"values":["a",null]}}}"#,
            #"{"id_token":{"sub":{"value":"\#(String(repeating: "a", count: 256))"}}}"#,
            #"{"id_token":{\#(crowd)}}"#,
            #"{"id_token":\#(String(repeating: "[", count: 2000))"#,
        ])
    func malformed(text: String) {
        #expect(throws: ClaimsParameter.Malformed.self) { try Self.parse(text) }
    }

    @Test("A selection comes back as it was stored, and its stored form is short")
    func stored() throws {
        let selection = ClaimSelection(idToken: ["name", "email", "name"], userInfo: ["picture"])
        #expect(selection.idToken == ["email", "name"] && selection.names == ["email", "name", "picture"])
        let text = String(decoding: selection.json, as: UTF8.self)
        #expect(text == #"{"i":["email","name"],"u":["picture"]}"#)
        #expect(try ClaimSelection(json: Array(text.utf8)) == selection)
    }
}

@Suite("OIDC Core §5.5: which claims of a request count")
struct ClaimSelectionTests {
    private static let all = ClaimSelection(
        idToken: ["email", "birthdate", "groups", "shoe_size"], userInfo: ["phone_number", "name"])

    @Test(
        "Those that a scope releases which the client may ask for, and has not",
        arguments: [
            (
                ["openid", "profile", "email", "groups", "phone"], ["openid"], ["birthdate", "email", "groups"],
                ["name", "phone_number"]
            ),
            (["openid", "profile", "email", "groups"], ["openid", "email"], ["birthdate", "groups"], ["name"]),
            (["openid", "email"], ["openid"], ["email"], []),
            (["openid", "email"], ["openid", "email"], [], []),
            (["openid", "tickets:read"], ["openid"], [], []),
            (["openid", "email"], ["email"], [], []),
        ] as [([String], [String], [String], [String])])
    func counting(allowed: [String], asked: [String], idToken: [String], userInfo: [String]) throws {
        let client = try Client.fixture(allowedScope: Scope(allowed))
        let claims = """
            {"id_token":{"email":null,"birthdate":null,"groups":null,"shoe_size":null},
             "userinfo":{"phone_number":null,"name":null}}
            """
        let request = try AuthorizationRequestFixture.parse(
            ["scope": asked.joined(separator: " "), "claims": claims], client: client
        ).asking(client, by: .standard)
        let counting = ClaimSelection(idToken: idToken, userInfo: userInfo)
        #expect(request.claims == (counting.isEmpty ? nil : counting))
    }

    @Test("A claim whose scope demands what the person lacks is not released")
    func demand() {
        let demanding = ScopeEntry(
            name: "identity", claims: ["birthdate"], demand: ClaimDemand(claim: "verified", accepted: [true]))
        let catalogue = ScopeCatalogue.standard.adding([
            ScopeEntry(name: "profile", claims: ["name"]), demanding,
        ])
        let allowed = Scope(["openid", "profile", "identity"])
        let person = PersonClaims(["birthdate": "1990-01-01", "name": "Anna", "email": "anna@city.example"])
        let asked = ["birthdate", "name", "email", "nickname"]
        #expect(catalogue.released(person, claims: asked, allowed: allowed).values == ["name": "Anna"])
        let verified = person.merging(PersonClaims(["verified": true]))
        #expect(
            catalogue.released(verified, claims: asked, allowed: allowed).values
                == ["name": "Anna", "birthdate": "1990-01-01"])
        #expect(catalogue.released(verified, claims: [], allowed: allowed).values.isEmpty)
    }
}
