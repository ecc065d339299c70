import OAuth
import Testing

@testable import Connectors

@Suite("Claims: what a provider says becomes what is known here") struct ClaimMappingTests {
    private func mapping(_ paths: [String: String]) throws -> ClaimMapping {
        ClaimMapping(try paths.mapValues { try #require(ClaimPath($0)) })
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
                from: endpoint, with: Secret("a"), about: "1", transport: transport
            ).merged(over: older)
            merged["sub"] = nil
            #expect(merged == expected)
        }
    }

    @Test(arguments: ["", "$", "$.", "$..a", "a.b", "$.a.", "x$.a"])
    func `A path begins with $ and has a name after each dot`(text: String) {
        #expect(ClaimPath(text) == nil)
    }
}
