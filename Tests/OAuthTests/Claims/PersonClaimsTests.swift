import OAuth
import Testing

@Suite("OIDC Core §5: claims about a person")
struct PersonClaimsTests {
    private static let person = PersonClaims([
        "sub": "upstream", "name": "Ann", "given_name": "Ann", "preferred_username": "ann", "locale": "sk",
        "email": "ann@city.example", "email_verified": true, "phone_number": "+421", "phone_number_verified": false,
        "address": .object(["locality": "Bratislava"]), "groups": .array(["staff"]), "iss": "https://upstream.example",
        "aud": "broker", "nonce": "n", "custom:tax_id": "123",
    ])

    @Test(
        "A scope releases the claims it stands for, and no other (§5.4)",
        arguments: [
            ([], []),
            (["openid"], []),
            (["offline_access"], []),
            (["unknown"], []),
            (["Email"], []),
            (["profile"], ["given_name", "locale", "name", "preferred_username"]),
            (["email"], ["email", "email_verified"]),
            (["phone"], ["phone_number", "phone_number_verified"]),
            (["address"], ["address"]),
            (["groups"], ["groups"]),
            (["openid", "email", "groups"], ["email", "email_verified", "groups"]),
        ])
    func released(scope: [String], names: [String]) {
        let released = Self.person.released(by: Scope(scope))
        #expect(released.values.keys.sorted() == names)
        #expect(released.values.allSatisfy { Self.person.values[$0.key] == $0.value })
    }

    @Test("No combination of scopes releases what is the upstream's own")
    func neverReleased() {
        let names = Set(Self.person.released(by: Client.standardScope).values.keys)
        #expect(names.isDisjoint(with: ["sub", "iss", "aud", "nonce", "custom:tax_id"]))
    }

    @Test(
        "An e-mail address is verified only where the provider says so",
        arguments: [
            (nil, false), (true, true), (false, false), ("true", true), ("false", false), ("yes", false), (1, false),
            (.null, false), (.array([true]), false),
        ] as [(JSONValue?, Bool)])
    func emailVerified(value: JSONValue?, verified: Bool) {
        var claims = PersonClaims()
        claims.values["email_verified"] = value
        #expect(claims.isEmailVerified == verified)
    }

    @Test("A person is called by name, else user name, else address, where those are texts")
    func displayName() {
        #expect(Self.person.displayName == "Ann")
        #expect(PersonClaims(["name": 7, "preferred_username": "ann", "email": "e"]).displayName == "ann")
        #expect(PersonClaims(["name": .null, "email": "e"]).displayName == "e")
        #expect(PersonClaims().displayName == nil)
    }

    @Test("Newer claims replace older ones of the same name and leave the others")
    func merging() {
        let merged = PersonClaims(["a": 1, "b": 2]).merging(PersonClaims(["b": 3, "c": 4]))
        #expect(merged == PersonClaims(["a": 1, "b": 3, "c": 4]))
    }

    @Test("Claims are coded as one object")
    func coding() throws {
        #expect(try JSON.text(of: PersonClaims(["b": 1, "a": "x"])) == #"{"a":"x","b":1}"#)
        #expect(try JSON.roundTrip(Self.person) == Self.person)
        #expect(throws: DecodingError.self) { try JSON.decode(PersonClaims.self, "[]") }
        #expect(JSON.written(PersonClaims(["b": 1, "a": "x"])) == #"{"a":"x","b":1}"#)
        #expect(try JSON.reread(PersonClaims.self, JSON.written(Self.person)) == Self.person)
        #expect(throws: JSONFlaw.unexpected) { try JSON.reread(PersonClaims.self, "[]") }
    }
}
