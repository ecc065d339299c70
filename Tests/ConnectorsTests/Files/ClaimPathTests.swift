import OAuth
import Testing

@testable import Connectors

@Suite("RFC 9535 §2.3.5.1: paths to one claim") struct ClaimPathTests {
    private static let said: [String: JSONValue] = [
        "name": "Jana", "custom:department": "parks", "cognito:groups": .array(["staff"]), "null": .null,
        "https://city.example/level": 2, "it's": "quoted", "back\\slash": "escaped", "a.b": "dotted",
        "emails": .array([
            .object(["value": "first@city.example"]), .object(["value": "second@city.example"]),
        ]),
        "custom": .object(["unit": .object(["name": "Parks"]), "levels": .array([.array([1, 2])])]),
    ]

    @Test(
        "A path finds a value by names and places",
        arguments: [
            ("$.name", "Jana"), ("$.custom.unit.name", "Parks"), ("$.custom:department", "parks"),
            ("$['custom:department']", "parks"), ("$[\"custom:department\"]", "parks"),
            ("$.cognito:groups[0]", "staff"), ("$['cognito:groups']", .array(["staff"])),
            ("$['https://city.example/level']", 2), ("$['it\\'s']", "quoted"), ("$[\"it's\"]", "quoted"),
            ("$['back\\\\slash']", "escaped"), ("$['a.b']", "dotted"), ("$.emails[0].value", "first@city.example"),
            ("$.emails[1]['value']", "second@city.example"), ("$['custom'].levels[0][1]", 2),
        ] as [(String, JSONValue)])
    func found(path: String, value: JSONValue) throws {
        #expect(try #require(ClaimPath(path)).value(in: Self.said) == value)
    }

    @Test(
        "A path that leads nowhere, or to null, finds nothing",
        arguments: [
            "$.gone", "$.name.first", "$.name[0]", "$.emails.value", "$.emails[2]", "$.emails[0].value.host", "$.null",
            "$.custom[0]", "$.null.more", "$.Name",
        ])
    func notFound(path: String) throws {
        #expect(try #require(ClaimPath(path)).value(in: Self.said) == nil)
    }

    @Test(
        "What is not such a path is refused",
        arguments: [
            "", "$", "$.", "$..a", "a.b", "$.a.", "x$.a", "$a", "$[", "$[]", "$.a[", "$.a[x]", "$.a[-1]", "$.a[01]",
            "$.a[99999]", "$.a[*]", "$.*", "$..*", "$.a[0", "$['a'", "$['a", "$['']", "$['a\\n']", "$['a'x]",
            "$[?(@.a)]", "$.a[0:1]", "$.a[0,1]", "$.a]", "$.a'b", " $.a", "$.a[ 0 ]",
        ])
    func refused(path: String) {
        #expect(ClaimPath(path) == nil)
    }
}
