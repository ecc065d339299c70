import OAuth
import Testing

@testable import Connectors

@Suite("Claims: what a provider says becomes what is known here") struct ClaimMappingTests {
    private func mapping(_ paths: [String: String]) throws -> ClaimMapping {
        ClaimMapping(try paths.mapValues { .taken(try #require(ClaimPath($0)), default: nil) })
    }

    /// The mapping of a provider file that says this under `claims`.
    private func mapping(file claims: String) throws -> ClaimMapping {
        let text = ProviderFileTests.oidc(#""claims": \#(claims)"#)
        return try ProviderFileTests.settings(try ProviderFileTests.definition(text)).claims
    }

    @Test func `Only claims about the person are taken over`() {
        let said: [String: JSONValue] = [
            "iss": "https://id.example", "sub": "1", "aud": "a", "nonce": "n", "exp": 1, "name": "Jana",
            "groups": .array(["staff"]), "hd": "city.example", "tenant": "t", "token_use": "id",
        ]
        #expect(
            ClaimMapping().person(from: said).values
                == ["name": "Jana", "groups": .array(["staff"]), "hd": "city.example"])
    }

    @Test func `A path reaches into objects, and one that leads nowhere changes nothing`() throws {
        let said: [String: JSONValue] = [
            "name": "Jana", "custom": .object(["unit": .object(["name": "Parks"])]), "custom:role": "gardener",
        ]
        let mapping = try mapping([
            "department": "$.custom.unit.name", "role": "$.custom:role", "name": "$.custom.name", "city": "$.a.b.c",
        ])
        #expect(mapping.person(from: said).values == ["name": "Jana", "department": "Parks", "role": "gardener"])
    }

    @Test(arguments: [
        ("true" as JSONValue, true as JSONValue), (true, true), ("false", false), ("yes", false), (1, false),
    ])
    func `A verified address is true or "true", nothing else`(said: JSONValue, known: JSONValue) {
        let claims = ClaimMapping().person(from: ["email": "a@b.example", "email_verified": said])
        #expect(claims.values["email_verified"] == known)
    }

    @Test(
        "A claim of OpenID Connect that has another shape is left out (OIDC Core §5.1)",
        arguments: [
            ("name", .array(["Jana"])), ("email", .array(["jana@city.example"])), ("email", 7),
            ("email", "jana@city.example\r\nBcc: x"), ("email", "jana @city.example"),
            ("email", "jana\u{0}@city.example"),
            ("picture", .object(["url": "https://id.example/1"])), ("phone_number", 421), ("locale", .null),
            ("address", "Main Street 1"), ("updated_at", "yesterday"),
        ] as [(String, JSONValue)])
    func oddShapes(name: String, value: JSONValue) {
        let claims = ClaimMapping().person(from: [name: value, "zoneinfo": "Europe/Bratislava"])
        #expect(claims.values == ["zoneinfo": "Europe/Bratislava"])
    }

    @Test func `Nothing is vouched for where the address was left out`() {
        let claims = ClaimMapping().person(from: ["email": .array(["jana@city.example"]), "email_verified": true])
        #expect(claims.values == [:])
    }

    @Test func `Claims of the expected shape stay, and claims of one's own may have any`() throws {
        let said: [String: JSONValue] = [
            "name": "", "email": "jana.nová@city.example", "updated_at": .number(1.5), "groups": "staff",
            "address": .object(["locality": "Bratislava"]), "department": .array([1]),
        ]
        #expect(try mapping(["department": "$.department"]).person(from: said).values == said)
    }

    @Test func `An address mapped over the provider's own is not vouched for`() throws {
        let said: [String: JSONValue] = ["email": "a@b.example", "email_verified": true, "upn": "root@city.example"]
        let claims = try mapping(["email": "$.upn"]).person(from: said)
        #expect(claims.values == ["email": "root@city.example"])
        let vouched = try mapping(["email": "$.upn", "email_verified": "$.edov"])
            .person(from: said.merging(["edov": "true"]) { $1 })
        #expect(vouched.isEmailVerified)
    }

    @Test func `Userinfo cannot vouch for an address of the ID token by changing it`() async throws {
        let older: [String: JSONValue] = ["email": "a@b.example", "email_verified": true]
        let transport = StubTransport()
        let endpoint = try UpstreamEndpoint(named: OpenIDFixture.userinfo)
        for (said, expected) in [
            (["email": "root@city.example"], ["email": "root@city.example"]),
            (["email": "a@b.example"], older),
            (["email_verified": false], older),
            (["email": "c@d.example", "email_verified": "true"], ["email": "c@d.example", "email_verified": "true"]),
        ] as [([String: JSONValue], [String: JSONValue])] {
            transport.answer(OpenIDFixture.userinfo, .object(said.merging(["sub": "1"]) { $1 }))
            var merged = try await Userinfo.fetch(
                from: endpoint, with: Secret("a"), .issued, about: "1", transport: transport
            ).merged(over: older)
            merged["sub"] = nil
            #expect(merged == expected)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let claims: String
        let said: [String: JSONValue]
        let known: [String: JSONValue]

        init(_ description: String, _ claims: String, _ said: [String: JSONValue], _ known: [String: JSONValue]) {
            (testDescription, self.claims, self.said, self.known) = (description, claims, said, known)
        }
    }

    @Test(
        "A claim is renamed, constant, or has a default",
        arguments: [
            Case("renamed", #"{"level": "$.acr"}"#, ["acr": "high"], ["level": "high"]),
            Case(
                "renamed, and there under its own name as well", #"{"nickname": "$.name"}"#, ["name": "Jana"],
                ["name": "Jana", "nickname": "Jana"]),
            Case("in brackets", #"{"unit": "$['custom:unit']"}"#, ["custom:unit": "parks"], ["unit": "parks"]),
            Case("a constant", #"{"tenant": {"value": "city"}}"#, [:], ["tenant": "city"]),
            Case("a constant over what is said", #"{"locale": {"value": "sk"}}"#, ["locale": "en"], ["locale": "sk"]),
            Case(
                "a constant of any shape", #"{"x": {"value": {"a": [1, 2.5, true, "b"]}}}"#, [:],
                ["x": .object(["a": .array([1, .number(2.5), true, "b"])])]),
            Case("a default", #"{"locale": {"from": "$.lang", "default": "sk"}}"#, [:], ["locale": "sk"]),
            Case(
                "a default that is not needed", #"{"locale": {"from": "$.lang", "default": "sk"}}"#, ["lang": "hu"],
                ["locale": "hu"]),
            Case(
                "a default behind the provider's own claim", #"{"locale": {"from": "$.lang", "default": "sk"}}"#,
                ["locale": "en"], ["locale": "en"]),
            Case(
                "null is no value", #"{"locale": {"from": "$.lang", "default": "sk"}}"#, ["lang": .null],
                ["locale": "sk"]),
        ])
    func rules(example: Case) throws {
        #expect(try mapping(file: example.claims).person(from: example.said).values == example.known)
    }

    private static let groups =
        #"{"roles": {"from": "$['cognito:groups']", "map": "#
        + #"{"admins": "administrator", "clerks": ["editor", "reader"], "all": "reader"}"#

    @Test(
        "Groups become roles",
        arguments: [
            Case(
                "those with a translation", groups + "}}", ["cognito:groups": .array(["admins", "x"])],
                ["roles": .array(["administrator"])]),
            Case(
                "one for several, each once, in order", groups + "}}",
                ["cognito:groups": .array(["clerks", "all", "clerks"])], ["roles": .array(["editor", "reader"])]),
            Case(
                "the others kept where the file says so", groups + #", "unmatched": "keep"}}"#,
                ["cognito:groups": .array(["x", "admins"])], ["roles": .array(["x", "administrator"])]),
            Case(
                "the others dropped where it says so", groups + #", "unmatched": "drop"}}"#,
                ["cognito:groups": .array(["x", 1, .object([:])])], [:]),
            Case("nothing where there are none", groups + "}}", [:], [:]),
            Case(
                "a default where nothing is left", groups + #", "default": ["citizen"]}}"#,
                ["cognito:groups": .array(["x"])], ["roles": .array(["citizen"])]),
            Case("a text becomes a text", groups + "}}", ["cognito:groups": "admins"], ["roles": "administrator"]),
            Case(
                "or a list, where it stands for several", groups + "}}", ["cognito:groups": "clerks"],
                ["roles": .array(["editor", "reader"])]),
            Case("roles that only the provider names are none", "{}", ["roles": .array(["administrator"])], [:]),
            Case(
                "what is translated never gets past the translation",
                #"{"groups": {"from": "$.teams", "map": {"a": "b"}}}"#, ["groups": .array(["admins"])], [:]),
            Case(
                "the same under its own name", #"{"groups": {"from": "$.groups", "map": {"a": "b"}}}"#,
                ["groups": .array(["admins", "a"])], ["groups": .array(["b"])]),
        ])
    func roles(example: Case) throws {
        #expect(try mapping(file: example.claims).person(from: example.said).values == example.known)
    }

    @Test(
        "A provider's word for a level of assurance becomes true or false",
        arguments: [
            ("IDENTITY_CARD", true), ("NEW", false), ("other", nil), (3, true), (true, false),
        ] as [(JSONValue, JSONValue?)])
    func assurance(said: JSONValue, known: JSONValue?) throws {
        let mapping = try mapping(
            file: """
                {"identity_verified": {"from": "$['custom:tier']",
                  "map": {"IDENTITY_CARD": true, "NEW": false, "3": true, "true": false}}}
                """)
        #expect(mapping.person(from: ["custom:tier": said]).values["identity_verified"] == known)
    }

    @Test(
        "An address that is constant, a default or translated is vouched for by nobody",
        arguments: [
            #"{"value": "root@city.example"}"#, #"{"from": "$.x", "default": "root@city.example"}"#,
            #"{"from": "$.email", "map": {"a@b.example": "root@city.example"}}"#,
        ])
    func unvouched(rule: String) throws {
        let mapping = try mapping(file: #"{"email": \#(rule)}"#)
        let said: [String: JSONValue] = rule.contains("default") ? [:] : ["email": "a@b.example"]
        let claims = mapping.person(from: said.merging(["email_verified": true]) { $1 })
        #expect(claims.values == ["email": "root@city.example"])
    }

    @Test("A group may be called file") func groupCalledFile() throws {
        let mapping = try mapping(file: #"{"roles": {"from": "$.groups", "map": {"file": "clerk"}}}"#)
        #expect(mapping.person(from: ["groups": "file"]).values["roles"] == "clerk")
        #expect(mapping.names == ["roles"])
    }

    @Test(
        "A mapping that cannot be is refused with its line and key",
        arguments: [
            (#"{"sub": "$.email"}"#, "$.claims.sub", "should be left out: this claim is the broker's own"),
            (#"{"idp": {"value": "x"}}"#, "$.claims.idp", "should be left out: this claim is the broker's own"),
            (#"{"": "$.a"}"#, "$.claims.", "should be a name of 1 to 128 bytes"),
            (#"{"a": 1}"#, "$.claims.a", "should be text, not a number"),
            (#"{"a": ["$.a"]}"#, "$.claims.a", "should be text, not a list"),
            (
                #"{"a": "b"}"#, "$.claims.a", "should be a path such as $.custom.department or $['custom:department']"
            ),
            (#"{"a": {}}"#, "$.claims.a.from", "is missing"),
            (#"{"a": {"default": 1}}"#, "$.claims.a.from", "is missing"),
            (#"{"a": {"value": null}}"#, "$.claims.a.value", "should be a value other than null"),
            (#"{"a": {"value": 1, "from": "$.b"}}"#, "$.claims.a.from", "should be left out beside value"),
            (#"{"a": {"from": "$.b", "default": null}}"#, "$.claims.a.default", "should be a value other than null"),
            (#"{"a": {"from": "$.b", "unmatched": "keep"}}"#, "$.claims.a.unmatched", "should be beside a map"),
            (#"{"a": {"from": "$.b", "map": {}}}"#, "$.claims.a.map", "should be an object with at least one word"),
            (#"{"a": {"from": "$.b", "map": ["x"]}}"#, "$.claims.a.map", "should be an object, not a list"),
            (
                #"{"a": {"from": "$.b", "map": {"x": null}}}"#, "$.claims.a.map.x",
                "should be text, a number, true or false"
            ),
            (
                #"{"a": {"from": "$.b", "map": {"x": [["y"]]}}}"#, "$.claims.a.map.x",
                "should be text, a number, true or false"
            ),
            (
                #"{"a": {"from": "$.b", "map": {"x": "y"}, "unmatched": "maybe"}}"#, "$.claims.a.unmatched",
                "should be drop or keep"
            ),
        ] as [(String, String, String)])
    func refused(claims: String, key: String, reason: String) {
        let problem = #expect(throws: ProviderFileProblem.self) { try mapping(file: claims) }
        #expect(problem?.key == key)
        #expect(problem?.line == 3)
        #expect(problem.map { "\($0.reason)" } == reason)
    }
}
