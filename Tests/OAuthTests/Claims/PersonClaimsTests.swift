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

    @Test("A change replaces, adds, and with null takes away")
    func changing() {
        let changed = PersonClaims(["a": 1, "b": 2, "n": .null]).changed(by: ["b": .null, "c": 4, "d": .null])
        #expect(changed == PersonClaims(["a": 1, "c": 4, "n": .null]))
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
