import OAuth
import Testing

@Suite("OIDC Core §5.4: scopes, defined in one place")
struct ScopeCatalogueTests {
    private static let person = PersonClaims([
        "sub": "upstream", "name": "Ann", "given_name": "Ann", "preferred_username": "ann", "locale": "sk",
        "email": "ann@city.example", "email_verified": true, "phone_number": "+421", "phone_number_verified": false,
        "address": .object(["locality": "Bratislava"]), "groups": .array(["staff"]), "roles": .array(["editor"]),
        "iss": "https://upstream.example", "aud": "broker", "nonce": "n", "custom:tax_id": "123",
        "identity_verified": true,
    ])

    private static let own = ScopeCatalogue.standard.adding([
        ScopeEntry(
            name: "identity:verified", claims: ["identity_verified", "custom:tax_id"],
            demand: ClaimDemand(claim: "identity_verified", accepted: [true])),
        ScopeEntry(name: "email", claims: ["email"]),
        ScopeEntry(name: "tickets.buy"),
    ])

    @Test(
        "A scope releases the claims it stands for, and no other",
        arguments: [
            ([], []),
            (["openid"], []),
            (["offline_access"], []),
            (["unknown"], []),
            (["Email"], []),
            (["identity:verified"], []),
            (["profile"], ["given_name", "locale", "name", "preferred_username"]),
            (["email"], ["email", "email_verified"]),
            (["phone"], ["phone_number", "phone_number_verified"]),
            (["address"], ["address"]),
            (["groups"], ["groups"]),
            (["roles"], ["roles"]),
            (["openid", "email", "groups"], ["email", "email_verified", "groups"]),
        ])
    func released(scope: [String], names: [String]) {
        let released = ScopeCatalogue.standard.released(Self.person, by: Scope(scope))
        #expect(released.values.keys.sorted() == names)
        #expect(released.values.allSatisfy { Self.person.values[$0.key] == $0.value })
    }

    @Test("No combination of the standard scopes releases what is the upstream's own")
    func neverReleased() {
        let names = Set(ScopeCatalogue.standard.released(Self.person, by: Client.standardScope).values.keys)
        #expect(names.isDisjoint(with: ["sub", "iss", "aud", "nonce", "custom:tax_id", "identity_verified"]))
    }

    @Test("A deployment's own entry takes a standard one's place, and new ones come after")
    func adding() {
        #expect(
            Self.own.entries.map(\.name) == [
                "openid", "profile", "email", "phone", "address", "groups", "roles", "offline_access",
                "identity:verified", "tickets.buy",
            ])
        #expect(Self.own.released(Self.person, by: Scope(["email"])).values == ["email": "ann@city.example"])
        #expect(!Self.own.claims.contains("email_verified"))
        #expect(Self.own.claims.contains("custom:tax_id"))
    }

    @Test("A scope that is defined nowhere is there by name, and releases nothing")
    func unknown() {
        let entries = Self.own.entries(of: Scope(["bikes", "email"]))
        #expect(entries == [ScopeEntry(name: "bikes"), ScopeEntry(name: "email", claims: ["email"])])
    }

    @Test(
        "A scope whose demand is not met is not granted and releases nothing",
        arguments: [(true, true), ("true", true), (false, false), ("yes", false), (1, false), (.null, false)]
            as [(JSONValue, Bool)])
    func demand(value: JSONValue, met: Bool) {
        var person = Self.person
        person.values["identity_verified"] = value
        let asked = Scope(["openid", "identity:verified", "email"])
        #expect(Self.own.unmet(in: asked, by: person).map(\.name) == (met ? [] : ["identity:verified"]))
        #expect(Self.own.granted(asked, to: person) == (met ? asked : Scope(["openid", "email"])))
        #expect(Self.own.released(person, by: asked).values["custom:tax_id"] == (met ? "123" : nil))
    }

    @Test("A claim that nobody has is not met")
    func absent() {
        #expect(Self.own.unmet(in: Scope(["identity:verified"]), by: PersonClaims()).count == 1)
        #expect(Self.own.unmet(in: Scope(["email", "tickets.buy", "bikes"]), by: PersonClaims()).isEmpty)
    }

    struct Judged: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let accepted: [JSONValue]
        let value: JSONValue
        let met: Bool

        init(_ description: String, _ accepted: [JSONValue], _ value: JSONValue, _ met: Bool) {
            (testDescription, self.accepted, self.value, self.met) = (description, accepted, value, met)
        }
    }

    @Test(
        "A demand is met by an accepted value, alone or in a list",
        arguments: [
            Judged("one of several", ["substantial", "high"], "high", true),
            Judged("none of several", ["substantial", "high"], "low", false),
            Judged("another case", ["high"], "High", false),
            Judged("in a list", ["staff"], .array(["guest", "staff"]), true),
            Judged("not in a list", ["staff"], .array(["guest"]), false),
            Judged("an empty list", ["staff"], .array([]), false),
            Judged("a list in a list", ["staff"], .array([.array(["staff"])]), false),
            Judged("a number", [2], 2, true),
            Judged("a number written otherwise", [2], .number(2), true),
            Judged("a number as text", [2], "2", false),
            Judged("true for a text", ["true"], true, false),
            Judged("false for false", [false], "false", true),
            Judged("nothing accepted", [], true, false),
        ])
    func accepted(judged: Judged) {
        let demand = ClaimDemand(claim: "level", accepted: judged.accepted)
        #expect(demand.isMet(by: PersonClaims(["level": judged.value])) == judged.met)
    }

    @Test(
        "A verification page is https, or http on loopback, and takes the way back as one more parameter",
        arguments: [
            ("https://city.example/verify", "https://city.example/verify?return_to=https%3A%2F%2Fb%2Fv%3Fp%3D1"),
            ("https://city.example/?a=b", "https://city.example/?a=b&return_to=https%3A%2F%2Fb%2Fv%3Fp%3D1"),
            ("http://localhost:9/v", "http://localhost:9/v?return_to=https%3A%2F%2Fb%2Fv%3Fp%3D1"),
        ])
    func verificationAddress(text: String, link: String) throws {
        #expect(try #require(VerificationAddress(text)).returning(to: "https://b/v?p=1") == link)
    }

    @Test(
        "Anything else is no verification page",
        arguments: [
            "", "city.example/verify", "http://city.example/verify", "javascript:alert(1)", "//city.example",
            "https://user@city.example/", "https://city.example/#done", "https://city.example/a b",
            "https://city.example/\"", "https://city.example/ď", "https://[::1]/",
            "https://city.example/" + String(repeating: "a", count: 1024),
        ])
    func noVerificationAddress(text: String) {
        #expect(VerificationAddress(text) == nil)
    }

    @Test(
        "The broker's own claims, and names that are none, are left to nobody",
        arguments: ["sub", "iss", "nonce", "sid", "cnf", "", "a\nb", String(repeating: "a", count: 129)])
    func reserved(name: String) {
        #expect(!BrokerClaims.leaveFree(name))
    }

    @Test(
        "Any other name is free", arguments: ["identity_verified", "custom:level", "https://city.example/roles", "č"])
    func free(name: String) {
        #expect(BrokerClaims.leaveFree(name))
    }
}
